begin;
create extension if not exists pgtap with schema extensions;
select plan(8);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()), ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now());
create function pg_temp.ask(
  person uuid, address text, key text default null, goal text default 'Run', active integer default 100, daily integer default 100
) returns table (outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer) as $$
  select * from public.create_vision_board_job(
    person, address, jsonb_build_array(goal), 'Ava', '@ava', 'dark', key, active, daily, 30)
$$ language sql;
create function pg_temp.ava(active integer) returns text as $$
  select outcome from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', active => active)
$$ language sql;

set local role service_role;
select is(pg_temp.ava(2), 'created', 'the first of two');
update public.vision_board_jobs set status = 'processing' where email = 'ava@pgtap.test';
select is(pg_temp.ava(2), 'created', 'the second');
select results_eq($$ select outcome, id, created_at, expires_at, retry_after > 0 from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', active => 2) $$,
  $$ values ('too_many_active_jobs', null::uuid, null::timestamptz, null::timestamptz, true) $$, 'a pending and a processing one are two: the third has to wait');
select is((select count(*) from public.vision_board_jobs where email = 'ava@pgtap.test'), 2::bigint, 'and is not written');
select is(outcome, 'created', 'others need not wait') from pg_temp.ask('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', active => 2);
update public.vision_board_jobs set status = 'failed', error_message = 'No luck.' where email = 'ava@pgtap.test' and status = 'pending';
select is(pg_temp.ava(2), 'created', 'one has ended: there is room');
update public.vision_board_jobs set created_at = now() - interval '3 days' where email = 'ava@pgtap.test';
update vision_board.requests set created_at = now() - interval '3 days' where requester = 'user:0a000000-0000-4000-8000-000000000001';
select lives_ok('select public.sweep_vision_board_jobs()', 'days go by');
select is(pg_temp.ava(2), 'too_many_active_jobs', 'a job that runs for days still counts');

select * from finish();
rollback;
