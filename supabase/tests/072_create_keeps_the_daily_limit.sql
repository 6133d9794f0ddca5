begin;
create extension if not exists pgtap with schema extensions;
select plan(9);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()), ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now());
create function pg_temp.ask(
  person uuid, address text, key text default null, goal text default 'Run', active integer default 100, daily integer default 100
) returns table (outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer) as $$
  select * from public.create_vision_board_job(
    person, address, jsonb_build_array(goal), 'Ava', '@ava', 'dark', key, active, daily, 30)
$$ language sql;
create function pg_temp.ava(daily integer) returns table (outcome text, retry_after integer) as $$
  select outcome, retry_after from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', daily => daily)
$$ language sql;
create function pg_temp.happened(job uuid, ago interval) returns void as $$
  update public.vision_board_jobs set created_at = now() - ago where id = job;
  update vision_board.requests set created_at = now() - ago where job_id = job;
$$ language sql;

set local role service_role;
select pg_temp.happened(id, '25 hours') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test');
select pg_temp.happened(id, '23 hours') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test');
select pg_temp.happened(id, '10 hours') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test');

select results_eq('select * from pg_temp.ava(2)', $$ values ('daily_limit_reached', 3600) $$, 'two in 24 hours: again when the older one is a day old, in one hour');
select results_eq('select * from pg_temp.ava(1)', $$ values ('daily_limit_reached', 50400) $$, 'with a limit of one, when both are: in 14 hours');
select results_eq('select * from pg_temp.ava(0)', $$ values ('daily_limit_reached', 50400) $$, 'with a limit of none there is no job at all');
select is(outcome, 'daily_limit_reached', 'also for who never had one') from pg_temp.ask('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', daily => 0);
select is(outcome, 'created', 'others are not affected') from pg_temp.ask('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', daily => 1);

delete from public.vision_board_jobs where email = 'ava@pgtap.test';
select results_eq('select * from pg_temp.ava(2)', $$ values ('daily_limit_reached', 3600) $$, 'deleting boards does not give the limit back');
select lives_ok('select public.sweep_vision_board_jobs()', 'not even after a sweep');
select results_eq('select * from pg_temp.ava(2)', $$ values ('daily_limit_reached', 3600) $$, 'it stays');
select is(outcome, 'created', 'what is older than a day does not count') from pg_temp.ava(3);

select * from finish();
rollback;
