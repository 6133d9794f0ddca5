begin;
create extension if not exists pgtap with schema extensions;
select plan(8);

insert into public.vision_board_jobs (id, name, goals, status, image_storage_path, expires_at) values
  ('00000000-0000-4000-8000-000000000001', 'pgtap complete', '["Run"]', 'complete', 'pgtap/1.jpg', now()),
  ('00000000-0000-4000-8000-000000000002', 'pgtap pending', '["Run"]', 'pending', null, now() - interval '1 day'),
  ('00000000-0000-4000-8000-000000000003', 'pgtap fresh', '["Run"]', 'complete', 'pgtap/3.jpg', now() + interval '1 second'),
  ('00000000-0000-4000-8000-000000000004', 'pgtap kept', '["Run"]', 'complete', 'pgtap/4.jpg', null);
insert into vision_board.requests (job_id, requester, fingerprint, created_at, gone_at) values
  ('00000000-0000-4000-8000-00000000000a', 'user:pgtap', '', now() - interval '26 hours', now() - interval '26 hours'),
  ('00000000-0000-4000-8000-00000000000b', 'user:pgtap', '', now() - interval '26 hours', now() - interval '24 hours');
insert into public.vision_board_jobs (id, name, email, goals, created_at) values
  ('00000000-0000-4000-8000-00000000000c', 'pgtap running', 'cem@pgtap.test', '["Run"]', now() - interval '26 hours');

set local role service_role;
create temporary table swept as select * from public.sweep_vision_board_jobs(1000000);
select results_eq($$ select name from public.vision_board_jobs where name like 'pgtap %' order by name $$,
  array['pgtap fresh', 'pgtap kept', 'pgtap running'], 'whatever its status');
select is_empty($$ select from swept where job_id = '00000000-0000-4000-8000-000000000002' $$, 'and does not dispatch it');
select results_eq($$ select path from public.list_removable_vision_boards(1000000) as path where path like 'pgtap/%' $$, array['pgtap/1.jpg'],
  'the picture of a deleted row may go at once');

select is_empty($$ select from vision_board.requests where job_id = '00000000-0000-4000-8000-00000000000a' $$, 'who asked for a job that has been gone for a day is forgotten');
select isnt_empty($$ select from vision_board.requests where job_id = '00000000-0000-4000-8000-00000000000b' $$, 'not before');
select isnt_empty($$ select from vision_board.requests where job_id = '00000000-0000-4000-8000-00000000000c' $$, 'nor while the job is there');

insert into public.vision_board_jobs (name, goals, expires_at) select 'pgtap thousand', '["Run"]', now() - interval '2 days' from generate_series(1, 1100);
select public.sweep_vision_board_jobs();
select is((select count(*) from public.vision_board_jobs where name = 'pgtap thousand'), 100::bigint, 'a thousand at once unless it is told');

-- as for a table that was analysed while it was empty: a plan that runs the limited query again for each row
set local enable_hashjoin = off;
set local enable_hashagg = off;
set local enable_sort = off;
set local enable_material = off;
insert into public.vision_board_jobs (name, goals, expires_at) select 'pgtap many', '["Run"]', now() - interval '1 hour' from generate_series(1, 5);
select public.sweep_vision_board_jobs(2);
select cmp_ok((select count(*) from public.vision_board_jobs where name = 'pgtap many'), '>=', 3::bigint, 'no more at once than it is told');

select * from finish();
rollback;
