begin;
select plan(3);

select tests.create_job('dispatched twice'), tests.create_job('never dispatched');
set local role service_role;
select record_vision_board_dispatch(tests.id('dispatched twice'), 2, 'm2');

select is(give_up_vision_board_job(tests.id('dispatched twice'), 'gave_up', 'm1'), 'pending',
  'the failure of an old dispatch does not end the job');
select is(give_up_vision_board_job(tests.id('dispatched twice'), 'gave_up', 'm2'), 'failed',
  'the failure of the last dispatch ends it');
select is(give_up_vision_board_job(tests.id('never dispatched'), 'gave_up', 'm9'), 'failed',
  'any failure ends a job that was dispatched once at most');
rollback;
