begin;
create extension if not exists pgtap with schema extensions;
select plan(18);

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000001', '["Run"]');
create function pg_temp.job() returns public.vision_board_jobs as $$
  select j from public.vision_board_jobs as j where j.id = '00000000-0000-4000-8000-000000000001'
$$ language sql;
create temporary table claims (n int, outcome text, retry_after integer, lease_token uuid, attempt integer, path text,
  goals jsonb, name text, rank_tag text, theme text, created_at timestamptz, expires_at timestamptz);
grant all on claims to service_role;

set local role service_role;
insert into claims select 1, * from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150, 'm1');
select results_eq('select outcome, attempt, goals, theme, created_at from claims', $$ select 'claimed', 1, '["Run"]'::jsonb, 'light', now() $$,
  'a pending job is claimed, with what is to be drawn');
select results_eq('select status, attempts, lease_token, lease_expires_at, started_at, dispatch_count, dispatched_at, qstash_message_id from pg_temp.job()',
  $$ select 'processing', 1, lease_token, now() + interval '150 seconds', now(), 1, now(), 'm1' from claims $$,
  'the row says who has it, until when, and that a dispatch has arrived');
select results_eq('select path, lease_token, removable_at from vision_board.unreferenced_boards where path = (select path from claims)',
  $$ select '00000000-0000-4000-8000-000000000001/' || lease_token || '.jpg', lease_token, now() + interval '12 minutes 30 seconds' from claims $$,
  'its path is noted before anything can be written there');

insert into claims select 2, * from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150, 'm2');
select results_eq('select outcome, retry_after, lease_token, path, goals from claims where n = 2', $$ values ('busy', 150, null::uuid, null::text, null::jsonb) $$,
  'while the lease lives, who comes next is told when to come again, and nothing else');
select results_eq('select lease_token, attempts, qstash_message_id from pg_temp.job()', $$ select lease_token, 1, 'm1' from claims where n = 1 $$, 'and changes nothing');

update public.vision_board_jobs set lease_expires_at = now() where id = '00000000-0000-4000-8000-000000000001';
insert into claims select 3, * from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150);
select results_eq('select outcome, attempt from claims where n = 3', $$ values ('claimed', 2) $$, 'a lease that has run out is taken over');
select isnt((select lease_token from claims where n = 3), (select lease_token from claims where n = 1), 'with a new token');
select isnt((select path from claims where n = 3), (select path from claims where n = 1), 'and a new path');
select is((pg_temp.job()).qstash_message_id, 'm1', 'the message stays where the delivery names none');

update public.vision_board_jobs set attempts = 12, lease_expires_at = now() + interval '7 seconds' where id = '00000000-0000-4000-8000-000000000001';
select results_eq($$ select outcome, retry_after from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150) $$, $$ values ('busy', 7) $$,
  'the twelfth attempt may finish');
update public.vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = '00000000-0000-4000-8000-000000000001';
select results_eq($$ select outcome, lease_token from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150) $$, $$ values ('failed', null::uuid) $$,
  'but there is no thirteenth');
select results_eq('select status, error_code, attempts, lease_token from pg_temp.job()', $$ values ('failed', 'gave_up', 12, null::uuid) $$, 'the job ends');
select isnt((pg_temp.job()).error_message, '', 'and says why');

insert into public.vision_board_jobs (id, goals, attempts) values ('00000000-0000-4000-8000-000000000002', '["Run"]', 12);
select is(outcome, 'failed', 'nor is there one for a job that was released') from public.claim_vision_board_job('00000000-0000-4000-8000-000000000002', 150);

insert into public.vision_board_jobs (id, goals, status, image_url) values ('00000000-0000-4000-8000-000000000003', '["Run"]', 'complete', 'https://example.test/i.jpg');
select is(outcome, 'complete', 'a complete job is left alone') from public.claim_vision_board_job('00000000-0000-4000-8000-000000000003', 150);
select is(outcome, 'failed', 'a failed one too') from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150);
select is(outcome, 'gone', 'and one that is gone is gone') from public.claim_vision_board_job('00000000-0000-4000-8000-000000000004', 150);
select is(count(*), 2::bigint, 'only the two who claimed have a path') from vision_board.unreferenced_boards where path like '00000000-0000-4000-8000-00000000000_/%';

select * from finish();
rollback;
