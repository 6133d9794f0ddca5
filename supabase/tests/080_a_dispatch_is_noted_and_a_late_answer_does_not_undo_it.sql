begin;
create extension if not exists pgtap with schema extensions;
select plan(15);

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000001', '["Run"]');
create function pg_temp.job() returns public.vision_board_jobs as $$
  select j from public.vision_board_jobs as j where j.id = '00000000-0000-4000-8000-000000000001'
$$ language sql;

set local role service_role;
select ok(public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000001', 1, 'm1'), 'the first dispatch is noted');
select results_eq('select dispatch_count, dispatched_at, qstash_message_id, status from pg_temp.job()', $$ select 1, now(), 'm1', 'pending' $$, 'on the row');
select ok(public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000001', 1, 'm1'), 'noting it again is fine');
select ok(public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000001', 2, 'm2'), 'the second is noted');
select ok(not public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000001', 1, 'm1'), 'the answer to the first, once more and late, is not');
select results_eq('select dispatch_count, qstash_message_id from pg_temp.job()', $$ values (2, 'm2') $$, 'the second stands');

select is(outcome, 'claimed', 'the message arrives before the answer to its publish') from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150, 'm3');
select ok(public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000001', 3, 'm3'), 'the answer is noted while the job is made');
select results_eq('select dispatch_count, status from pg_temp.job()', $$ values (3, 'processing') $$, 'and does not put it back');

update public.vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = '00000000-0000-4000-8000-000000000001';
select is((select count(*) from public.sweep_vision_board_jobs(1000000) where job_id = '00000000-0000-4000-8000-000000000001'), 1::bigint, 'the worker dies and the job is back in the outbox');
select ok(not public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000001', 3, 'm3'), 'an answer to the dispatch before comes late');
select is((pg_temp.job()).dispatched_at, null, 'and does not take it out of the outbox');

select is(public.give_up_vision_board_job('00000000-0000-4000-8000-000000000001', 'code', 'No luck.'), 'failed', 'the job ends');
select ok(not public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000001', 4, 'm4'), 'after that nothing is noted');
select ok(not public.record_vision_board_dispatch('00000000-0000-4000-8000-000000000002', 1, 'm1'), 'nor for a job that is gone');

select * from finish();
rollback;
