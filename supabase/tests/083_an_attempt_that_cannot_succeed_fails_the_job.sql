begin;
create extension if not exists pgtap with schema extensions;
select plan(6);

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000001', '["Run"]');
create function pg_temp.job() returns public.vision_board_jobs as $$
  select j from public.vision_board_jobs as j where j.id = '00000000-0000-4000-8000-000000000001'
$$ language sql;
create temporary table tokens (token uuid);
grant all on tokens to service_role;

set local role service_role;
insert into tokens select lease_token from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150);
select is(public.fail_vision_board_job('00000000-0000-4000-8000-000000000001', token, 'misconfigured', 'We cannot draw today.'), 'failed', 'it says so under its token') from tokens;
select results_eq('select status, error_code, error_message, finished_at, lease_token, started_at from pg_temp.job()',
  $$ select 'failed', 'misconfigured', 'We cannot draw today.', now(), null::uuid, now() $$, 'the row says why');
select is(public.fail_vision_board_job('00000000-0000-4000-8000-000000000001', token, 'other', 'Other.'), 'stale', 'once') from tokens;
select is((pg_temp.job()).error_code, 'misconfigured', 'the first reason stays');

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000002', '["Run"]');
select throws_ok($$
  select public.fail_vision_board_job(job.id, claim.lease_token, 'code', null)
  from (values ('00000000-0000-4000-8000-000000000002'::uuid)) as job(id), public.claim_vision_board_job(job.id, 150) as claim
$$, '23514', null, 'a failure without a message is refused');
select throws_ok($$
  select public.complete_vision_board_job(job.id, claim.lease_token, null, null)
  from (values ('00000000-0000-4000-8000-000000000002'::uuid)) as job(id), public.claim_vision_board_job(job.id, 150) as claim
$$, '23514', null, 'so is a completion without a picture');

select * from finish();
rollback;
