begin;
select plan(15);

select tests.create_job('job');
create function pg_temp.record(dispatch integer) returns boolean language sql as $$
  select record_vision_board_dispatch(tests.id('job'), dispatch, 'm' || dispatch)
$$;

set local role service_role;
select ok(pg_temp.record(1), 'the first dispatch is recorded');
select results_eq($$ select dispatch_count, dispatched_at, qstash_message_id, status from tests.job('job') $$,
  $$ select 1, now(), 'm1', 'pending' $$, 'the row says so');
select ok(pg_temp.record(1), 'it may be recorded twice');
select ok(pg_temp.record(2), 'the second dispatch is recorded');
select ok(not pg_temp.record(1), 'a late answer to the first is ignored');
select results_eq($$ select dispatch_count, qstash_message_id from tests.job('job') $$,
  $$ values (2, 'm2') $$, 'the row still says the second');

select is(outcome, 'claimed', 'a message may arrive before the answer to its publish')
from claim_vision_board_job(tests.id('job'), 150, 12, 1, 'm3');
select ok(pg_temp.record(3), 'a dispatch is recorded while the job is processing');
select results_eq($$ select dispatch_count, status from tests.job('job') $$, $$ values (3, 'processing') $$,
  'the job is still processing');

update vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = tests.id('job');
select is(count(*), 1::bigint, 'the worker dies, and the sweep lists the job')
from sweep_vision_board_jobs('15 minutes', 1000000) where job_id = tests.id('job');
select ok(not pg_temp.record(3), 'a late answer to the dispatch before is ignored');
select is((tests.job('job')).dispatched_at, null, 'the job still waits to be dispatched');

select is(give_up_vision_board_job(tests.id('job'), 'gave_up'), 'failed', 'the job ends');
select ok(not pg_temp.record(4), 'no dispatch is recorded for a job that has ended');
select ok(not record_vision_board_dispatch(tests.id('no job'), 1, 'm1'),
  'no dispatch is recorded for a job that is gone');
rollback;
