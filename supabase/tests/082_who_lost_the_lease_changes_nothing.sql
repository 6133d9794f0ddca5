begin;
create extension if not exists pgtap with schema extensions;
select plan(19);

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000001', '["Run"]');
create function pg_temp.job() returns public.vision_board_jobs as $$
  select j from public.vision_board_jobs as j where j.id = '00000000-0000-4000-8000-000000000001'
$$ language sql;
create temporary table tokens (who text, token uuid);
create temporary table before (n int, job public.vision_board_jobs);
grant all on tokens, before to service_role;
create function pg_temp.all_of(token uuid) returns text[] as $$
begin -- one statement each, as they come
  return array[
    public.complete_vision_board_job('00000000-0000-4000-8000-000000000001', token, 'late/1.jpg', 'https://example.test/late'),
    public.release_vision_board_job('00000000-0000-4000-8000-000000000001', token),
    public.fail_vision_board_job('00000000-0000-4000-8000-000000000001', token, 'late', 'Too late.')];
end
$$ language plpgsql;

set local role service_role;
insert into tokens select 'A', lease_token from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150);
update public.vision_board_jobs set lease_expires_at = now() where id = '00000000-0000-4000-8000-000000000001';
insert into tokens select 'B', lease_token from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150);
insert into before select 1, pg_temp.job();

select is(pg_temp.all_of(token), array_fill('stale'::text, array[3]), 'A lost its lease to B: it cannot complete, release or fail') from tokens where who = 'A';
select is(pg_temp.all_of(gen_random_uuid()), array_fill('stale'::text, array[3]), 'who never had a lease cannot either');
select is(pg_temp.all_of(null), array_fill('stale'::text, array[3]), 'nor can nobody');
select is(pg_temp.job()::text, job::text, 'the row is as B has it') from before where n = 1;

select is(public.release_vision_board_job('00000000-0000-4000-8000-000000000001', token), 'released', 'B gives the job back') from tokens where who = 'B';
select results_eq('select status, lease_token, lease_expires_at, started_at, attempts, dispatch_count from pg_temp.job()',
  $$ values ('pending', null::uuid, null::timestamptz, null::timestamptz, 2, 1) $$, 'it waits for the next attempt');
insert into before select 2, pg_temp.job();
select is(pg_temp.all_of(token), array_fill('stale'::text, array[3]), who || ' cannot finish what was given back') from tokens order by who;
select is(pg_temp.all_of(null), array_fill('stale'::text, array[3]), 'nor can nobody, though nobody has it');
select is(pg_temp.job()::text, job::text, 'the row still waits') from before where n = 2;

insert into tokens select 'C', lease_token from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150);
update public.vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = '00000000-0000-4000-8000-000000000001';
select is((select count(*) from public.sweep_vision_board_jobs(1000000) where job_id = '00000000-0000-4000-8000-000000000001'), 1::bigint, 'C falls silent and the sweep puts the job back');
select is(pg_temp.all_of(token), array_fill('stale'::text, array[3]), 'C wakes up: stale') from tokens where who = 'C';

insert into tokens select 'D', lease_token from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150);
update public.vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = '00000000-0000-4000-8000-000000000001';
select is(public.complete_vision_board_job('00000000-0000-4000-8000-000000000001', token, 'd/1.jpg', 'https://example.test/d'), 'complete',
  'D''s lease ran out but nobody took it over: its work counts') from tokens where who = 'D';
select results_eq('select status, image_storage_path, image_url, lease_token, finished_at, error_code from pg_temp.job()',
  $$ select 'complete', 'd/1.jpg', 'https://example.test/d', null::uuid, now(), null::text $$, 'the job is complete');
insert into before select 3, pg_temp.job();
select is(pg_temp.all_of(token), array_fill('stale'::text, array[3]), who || ' cannot change what is complete') from tokens order by who;
select is(pg_temp.job()::text, job::text, 'the row is as D left it') from before where n = 3;

select * from finish();
rollback;
