begin;
select plan(4);

select tests.create_job('job'), tests.create_job('other');
create temporary table claim as select * from claim_vision_board_job(tests.id('job'), 150, 12);
create temporary table other as select * from claim_vision_board_job(tests.id('other'), 150, 12);
grant select on claim, other to service_role;

set local role service_role;
select is(complete_vision_board_job(tests.id('job'), lease_token, path, 'https://x'), 'complete',
  'the job is complete')
from claim;
select is(complete_vision_board_job(tests.id('job'), lease_token, path, 'https://x'), 'complete',
  'after a lost answer the same board is complete again')
from claim;
select is(complete_vision_board_job(tests.id('job'), lease_token, 'another', 'https://x'), 'stale',
  'another board is stale')
from claim;
select throws_ok(
  format('select complete_vision_board_job(%L, %L, null, null)', tests.id('other'), lease_token),
  '23514', null, 'a job cannot be complete without a board')
from other;
rollback;
