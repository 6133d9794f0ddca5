begin;
create extension if not exists pgtap with schema extensions;
select plan(10);

set local role service_role;
insert into public.vision_board_jobs (id, goals, dispatch_count, dispatched_at, qstash_message_id) values
  ('00000000-0000-4000-8000-000000000001', '["a"]', 1, now(), 'msg_1'),
  ('00000000-0000-4000-8000-000000000002', '["a"]', 2, now(), 'msg_2'),
  ('00000000-0000-4000-8000-000000000003', '["a"]', 0, null, null);

-- complete, said again after a lost answer
create temporary table claimed as
  select * from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150, 'msg_1');
select is(public.complete_vision_board_job('00000000-0000-4000-8000-000000000001', lease_token, path, 'https://x'), 'complete',
  'complete completes') from claimed;
select is(public.complete_vision_board_job('00000000-0000-4000-8000-000000000001', lease_token, path, 'https://x'), 'complete',
  'said again about the same picture it is complete still') from claimed;
select is(public.complete_vision_board_job('00000000-0000-4000-8000-000000000001', lease_token, 'another', 'https://x'), 'stale',
  'another picture is stale') from claimed;

-- the failure callback of a dispatch that a newer one has replaced
select is(public.give_up_vision_board_job('00000000-0000-4000-8000-000000000002', 'attempts_exhausted', 'No luck.', 'msg_1'), 'pending',
  'the end of an old dispatch does not end the job');
select is(public.give_up_vision_board_job('00000000-0000-4000-8000-000000000002', 'attempts_exhausted', 'No luck.', 'msg_2'), 'failed',
  'that of the last one does');
select is(public.give_up_vision_board_job('00000000-0000-4000-8000-000000000003', 'attempts_exhausted', 'No luck.', 'msg_9'), 'failed',
  'of a job dispatched once at most, any does');

-- a delivery proves its dispatch
insert into public.vision_board_jobs (id, goals, dispatch_count, dispatched_at) values
  ('00000000-0000-4000-8000-000000000004', '["a"]', 1, now());
select is((public.claim_vision_board_job('00000000-0000-4000-8000-000000000004', 150, 'msg_b', 2)).outcome, 'claimed',
  'a delivery of dispatch 2 claims the job');
select results_eq(
  $$select dispatch_count, qstash_message_id from public.vision_board_jobs where id = '00000000-0000-4000-8000-000000000004'$$,
  $$values (2, 'msg_b')$$,
  'which then counts dispatch 2, though nobody recorded it');

-- the limit of attempts is the caller's
insert into public.vision_board_jobs (id, goals, attempts) values ('00000000-0000-4000-8000-000000000005', '["a"]', 3);
select is((public.claim_vision_board_job('00000000-0000-4000-8000-000000000005', 150, null, 1, 3)).outcome, 'failed',
  'a job at its limit of attempts ends');
select is(
  (select error_code from public.vision_board_jobs where id = '00000000-0000-4000-8000-000000000005'), 'gave_up',
  'as given up');

select * from finish();
rollback;
