begin;
select plan(8);

select tests.create_job('job'), tests.create_job('released'), tests.create_job('limited');
set local role service_role;
select from claim_vision_board_job(tests.id('job'), 150, 12);

update vision_board_jobs set attempts = 12, lease_expires_at = now() + interval '7 seconds'
where id = tests.id('job');
select results_eq($$ select outcome, retry_after from claim_vision_board_job(tests.id('job'), 150, 12) $$,
  $$ values ('busy', 7) $$, 'the twelfth attempt may finish');
update vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = tests.id('job');
select results_eq($$ select outcome, lease_token from claim_vision_board_job(tests.id('job'), 150, 12) $$,
  $$ values ('failed', null::uuid) $$, 'there is no thirteenth attempt');
select results_eq($$ select status, error_code, attempts, lease_token from tests.job('job') $$,
  $$ values ('failed', 'gave_up', 12, null::uuid) $$, 'the job ends as given up');
select is(left((tests.job('job')).error_message, 13), 'We tried many', 'it says why, for people');
select is(outcome, 'failed', 'after that it answers as a failed job')
from claim_vision_board_job(tests.id('job'), 150, 12);

update vision_board_jobs set attempts = 12 where id = tests.id('released');
select is(outcome, 'failed', 'there is no thirteenth attempt for a released job')
from claim_vision_board_job(tests.id('released'), 150, 12);

update vision_board_jobs set attempts = 3 where id = tests.id('limited');
select is(outcome, 'failed', 'the caller may set another limit')
from claim_vision_board_job(tests.id('limited'), 150, 3);
select is((tests.job('limited')).error_code, 'gave_up', 'the job ends as given up at that limit');
rollback;
