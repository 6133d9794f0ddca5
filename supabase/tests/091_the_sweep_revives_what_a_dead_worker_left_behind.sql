begin;
create extension if not exists pgtap with schema extensions;
select plan(9);

insert into public.vision_board_jobs
  (name, goals, status, attempts, dispatch_count, dispatched_at, qstash_message_id, lease_token, lease_expires_at, started_at)
values
  ('pgtap dead', '["Run"]', 'processing', 2, 1, now() - interval '5 minutes', 'm1', gen_random_uuid(), now() - interval '1 second', now() - interval '3 minutes'),
  ('pgtap alive', '["Run"]', 'processing', 2, 1, now() - interval '5 minutes', 'm2', gen_random_uuid(), now() + interval '1 second', now() - interval '2 minutes'),
  ('pgtap by hand', '["Run"]', 'processing', 0, 0, null, null, null, null, null);
insert into public.vision_board_jobs (name, goals, status, updated_at) values ('pgtap by hand, long ago', '["Run"]', 'processing', now() - interval '16 minutes');
create temporary table before as select * from public.vision_board_jobs where name = 'pgtap alive';
grant select on before to service_role;
prepare job(text) as select status, attempts, dispatch_count, dispatched_at, lease_token, lease_expires_at, started_at
  from public.vision_board_jobs where name = $1;

set local role service_role;
create temporary table swept as
  select j.name, s.dispatch_count, s.waiting_message_id
  from public.sweep_vision_board_jobs(1000000) as s join public.vision_board_jobs as j on j.id = s.job_id where j.name like 'pgtap %';

select results_eq('select * from swept order by name', $$ values ('pgtap by hand, long ago', 0, null::text), ('pgtap dead', 1, null) $$,
  'at once, for the next dispatch; no message of it can still wait at QStash');
select results_eq('execute job(''pgtap dead'')', $$ values ('pending', 2, 1, null::timestamptz, null::uuid, null::timestamptz, null::timestamptz) $$,
  'it is in the outbox again, and its attempts and dispatches are not forgotten');
select results_eq($$ select j::text from public.vision_board_jobs as j where name = 'pgtap alive' $$, 'select b::text from before as b', 'a live lease is left alone');
select is((select status from public.vision_board_jobs where name = 'pgtap by hand'), 'processing', 'who sets processing by hand, without a lease, has time');
select is((select status from public.vision_board_jobs where name = 'pgtap by hand, long ago'), 'pending', 'but not for ever');

select ok(public.record_vision_board_dispatch(id, dispatch_count + 1, 'm3'), 'it is dispatched') from public.vision_board_jobs where name = 'pgtap dead';
select is(c.outcome || ' ' || c.attempt, 'claimed 3', 'and claimed again')
from public.vision_board_jobs as j, public.claim_vision_board_job(j.id, 150, 'm3') as c where j.name = 'pgtap dead';
select is_empty($$
  select from public.sweep_vision_board_jobs(1000000) as s join public.vision_board_jobs as j on j.id = s.job_id where j.name = 'pgtap dead'
$$, 'the next sweep leaves it alone');

-- as for a table that was analysed while it was empty: a plan that runs the limited query again for each row
set local enable_hashjoin = off;
set local enable_hashagg = off;
set local enable_sort = off;
set local enable_material = off;
insert into public.vision_board_jobs (name, goals, status, lease_token, lease_expires_at)
select 'pgtap many', '["Run"]', 'processing', gen_random_uuid(), now() - interval '1 hour' from generate_series(1, 5);
select public.sweep_vision_board_jobs(2);
select cmp_ok((select count(*) from public.vision_board_jobs where name = 'pgtap many' and status = 'pending'), '<=', 2::bigint, 'no more at once than it is told');

select * from finish();
rollback;
