begin;
create extension if not exists pgtap with schema extensions;
select plan(11);

insert into auth.users (id, email, email_confirmed_at) values ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now());
create function pg_temp.ask(goal text default 'Run')
returns table (outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer) as $$
  select * from public.create_vision_board_job(
    '0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', jsonb_build_array(goal), null, null, 'light', 'k', 100, 100, 30)
$$ language sql;
create temporary table answers as select * from pg_temp.ask();
grant select on answers to service_role;
create function pg_temp.rows_of_ava() returns bigint language sql as $$
  select count(*) from public.vision_board_jobs where user_id = '0a000000-0000-4000-8000-000000000001'
$$;

set local role service_role;
delete from public.vision_board_jobs where id = (select id from answers);
select results_eq($$ select outcome, id, created_at, expires_at from pg_temp.ask() $$,
  $$ select 'replayed', id, created_at, expires_at from answers $$, 'a late copy of the request is answered like the first');
select is(pg_temp.rows_of_ava(), 0::bigint, 'and does not bring the board back');
select is(outcome, 'idempotency_key_reused', 'another request cannot take the key') from pg_temp.ask('Swim');

reset role;
update vision_board.requests set gone_at = gone_at - interval '24 hours';
set local role service_role;
select public.sweep_vision_board_jobs(1000000);
select is(outcome, 'replayed', 'so it is for a day') from pg_temp.ask();
reset role;
update vision_board.requests set gone_at = gone_at - interval '2 hours';
set local role service_role;
select public.sweep_vision_board_jobs(1000000);
select is(outcome, 'created', 'then the key is free again') from pg_temp.ask();
select is(pg_temp.rows_of_ava(), 1::bigint, 'for a new board');

reset role;
update vision_board.requests set created_at = created_at - interval '20 days';
set local role service_role;
select public.sweep_vision_board_jobs(1000000);
select is(outcome, 'replayed', 'a key is not forgotten while its job is there') from pg_temp.ask();

delete from public.vision_board_jobs where user_id = '0a000000-0000-4000-8000-000000000001';
select lives_ok($$ insert into public.vision_board_jobs (user_id, goals, idempotency_key) values ('0a000000-0000-4000-8000-000000000001', '["Dive"]', 'k') $$,
  'who writes rows by hand may use the key of a deleted job');
select is(outcome, 'replayed', 'and it is that job''s then') from pg_temp.ask('Dive');

reset role;
select lives_ok('truncate public.vision_board_jobs', 'an operator truncates');
select is_empty('select from vision_board.requests where gone_at is null', 'and every job is gone');

select * from finish();
rollback;
