begin;
create extension if not exists pgtap with schema extensions;
select plan(6);

insert into public.vision_board_jobs (id, goals, name, status, lease_token, lease_expires_at, image_url, error_code, error_message) values
  ('00000000-0000-4000-8000-000000000001', '["Run"]', 'pgtap', 'pending', null, null, null, null, null),
  ('00000000-0000-4000-8000-000000000002', '["Run"]', 'pgtap', 'processing', gen_random_uuid(), now() + interval '1 minute', null, null, null),
  ('00000000-0000-4000-8000-000000000003', '["Run"]', 'pgtap', 'complete', null, null, 'https://example.test/i.jpg', null, null),
  ('00000000-0000-4000-8000-000000000004', '["Run"]', 'pgtap', 'failed', null, null, null, 'first', 'The first reason.');

set local role service_role;
select is(public.give_up_vision_board_job(job::uuid, 'attempts_exhausted', 'No luck.'), status, what)
from (values
  ('00000000-0000-4000-8000-000000000001', 'failed', 'a pending job fails'),
  ('00000000-0000-4000-8000-000000000002', 'failed', 'a processing job fails, whoever holds it'),
  ('00000000-0000-4000-8000-000000000003', 'complete', 'a complete job stays complete'),
  ('00000000-0000-4000-8000-000000000004', 'failed', 'a failed job stays failed'),
  ('00000000-0000-4000-8000-000000000005', 'gone', 'a job that is gone is gone')) as jobs(job, status, what);

select results_eq($$ select status, error_code, error_message, lease_token, finished_at = now() from public.vision_board_jobs where name = 'pgtap' order by id $$, $$
  values ('failed', 'attempts_exhausted', 'No luck.', null::uuid, true), ('failed', 'attempts_exhausted', 'No luck.', null, true),
         ('complete', null, null, null, null), ('failed', 'first', 'The first reason.', null, null)
$$, 'what had ended is untouched');

select * from finish();
rollback;
