begin;
select plan(5);

select tests.create_job('job'), tests.create_job('other');
create temporary table claim as select * from claim_vision_board_job(tests.id('job'), 150, 12);
create temporary table other as select * from claim_vision_board_job(tests.id('other'), 150, 12);
grant select on claim, other to service_role;

set local role service_role;
select is(fail_vision_board_job(tests.id('job'), lease_token, 'misconfigured', 'We cannot draw today.'),
  'failed', 'the worker may fail the job')
from claim;
select results_eq($$
  select status, error_code, error_message, finished_at, lease_token, started_at from tests.job('job')
$$, $$
  select 'failed', 'misconfigured', 'We cannot draw today.', now(), null::uuid, now()
$$, 'the row says why');
select is(fail_vision_board_job(tests.id('job'), lease_token, 'other', 'Other.'), 'stale',
  'the second time is stale')
from claim;
select is((tests.job('job')).error_code, 'misconfigured', 'the first reason stays');
select throws_ok(
  format('select fail_vision_board_job(%L, %L, %L, null)', tests.id('other'), lease_token, 'code'),
  '23514', null, 'a job cannot fail without a message')
from other;
rollback;
