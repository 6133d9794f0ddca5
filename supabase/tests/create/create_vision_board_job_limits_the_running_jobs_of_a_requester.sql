begin;
select plan(9);

select tests.create_user('ava'), tests.create_user('ben');
set local role service_role;

select is(outcome, 'too_many_active_jobs', 'a limit of zero leaves no room')
from tests.request_job('ava', max_active => 0);
select is(outcome, 'created', 'the first of two is created') from tests.request_job('ava', max_active => 2);
update vision_board_jobs set status = 'processing' where user_id = tests.id('ava');
select is(outcome, 'created', 'the second is created') from tests.request_job('ava', max_active => 2);
select results_eq($$
  select outcome, id, created_at, expires_at, retry_after > 0 from tests.request_job('ava', max_active => 2)
$$, $$
  values ('too_many_active_jobs', null::uuid, null::timestamptz, null::timestamptz, true)
$$, 'the third has to wait for the pending or the processing one');
select is(count(*), 2::bigint, 'the third is not written')
from vision_board_jobs where user_id = tests.id('ava');
select is(outcome, 'created', 'another user need not wait') from tests.request_job('ben', max_active => 2);

update vision_board_jobs set status = 'failed', error_message = 'No luck.'
where user_id = tests.id('ava') and status = 'pending';
select is(outcome, 'created', 'an ended job makes room') from tests.request_job('ava', max_active => 2);

update vision_board_jobs set created_at = now() - interval '3 days' where user_id = tests.id('ava');
update vision_board.requests set created_at = now() - interval '3 days'
where requester = vision_board.requester(tests.id('ava'), null);
select lives_ok('select sweep_vision_board_jobs(''15 minutes'')', 'three days pass, and the sweep runs');
select is(outcome, 'too_many_active_jobs', 'a job that runs for days still counts')
from tests.request_job('ava', max_active => 2);
rollback;
