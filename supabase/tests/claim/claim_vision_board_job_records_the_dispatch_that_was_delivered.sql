begin;
select plan(2);

select tests.create_job('job');
set local role service_role;
select record_vision_board_dispatch(tests.id('job'), 1, 'm1');

select is(outcome, 'claimed', 'a delivery of dispatch 2 claims the job')
from claim_vision_board_job(tests.id('job'), 150, 12, 2, 'm2');
select results_eq('select dispatch_count, qstash_message_id from tests.job(''job'')', $$ values (2, 'm2') $$,
  'the job counts dispatch 2, though the answer to its publish was lost');
rollback;
