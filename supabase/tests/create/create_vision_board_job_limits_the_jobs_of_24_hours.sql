begin;
select plan(9);

select tests.create_user('ava'), tests.create_user('ben');
create function pg_temp.ask(max_daily integer) returns table (outcome text, retry_after integer)
language sql as $$
  select outcome, retry_after from tests.request_job('ava', max_daily => ask.max_daily)
$$;

set local role service_role;
create temporary table earlier as
  select job.id, ago from unnest(array['25 hours', '23 hours', '10 hours']) as ago,
    tests.request_job('ava', goal => ago) as job;
update vision_board_jobs as j set created_at = now() - ago::interval from earlier where earlier.id = j.id;
update vision_board.requests set created_at = now() - ago::interval from earlier where id = job_id;

select results_eq('select * from pg_temp.ask(2)', $$ values ('daily_limit_reached', 3600) $$,
  'with a limit of two there is room when the older one is a day old: in one hour');
select results_eq('select * from pg_temp.ask(1)', $$ values ('daily_limit_reached', 50400) $$,
  'with a limit of one there is room when both are: in 14 hours');
select results_eq('select * from pg_temp.ask(0)', $$ values ('daily_limit_reached', 50400) $$,
  'with a limit of zero there is no room');
select is(outcome, 'daily_limit_reached', 'a limit of zero holds for a new user too')
from tests.request_job('ben', max_daily => 0);
select is(outcome, 'created', 'others'' jobs do not count') from tests.request_job('ben', max_daily => 1);

delete from vision_board_jobs where user_id = tests.id('ava');
select results_eq('select * from pg_temp.ask(2)', $$ values ('daily_limit_reached', 3600) $$,
  'a deleted job still counts');
select lives_ok('select sweep_vision_board_jobs(''15 minutes'')', 'the sweep runs');
select results_eq('select * from pg_temp.ask(2)', $$ values ('daily_limit_reached', 3600) $$,
  'a deleted job still counts after a sweep');
select is(outcome, 'created', 'a job that is older than a day does not count') from pg_temp.ask(3);
rollback;
