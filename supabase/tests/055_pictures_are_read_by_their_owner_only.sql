begin;
create extension if not exists pgtap with schema extensions;
select plan(8);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now()),
  ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null); -- Cem's address is not confirmed
insert into public.vision_board_jobs (id, user_id, email, goals) values
  ('00000000-0000-4000-8000-00000000000a', '0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000b', '0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000c', null, 'cem@pgtap.test', '["Run"]');
update public.vision_board_jobs set status = 'processing' where email like '%@pgtap.test';
update public.vision_board_jobs set status = 'complete', image_storage_path = id || '/1.jpg' where email like '%@pgtap.test';

insert into storage.buckets (id, name) values ('pgtap-elsewhere', 'pgtap-elsewhere');
insert into storage.objects (bucket_id, name) values
  ('vision-boards', '00000000-0000-4000-8000-00000000000a/1.jpg'),
  ('vision-boards', '00000000-0000-4000-8000-00000000000b/1.jpg'),
  ('vision-boards', '00000000-0000-4000-8000-00000000000c/1.jpg'),
  ('vision-boards', '00000000-0000-4000-8000-00000000000a/2.jpg'), -- an attempt that was overtaken
  ('pgtap-elsewhere', '00000000-0000-4000-8000-00000000000a/1.jpg');
prepare readable as select bucket_id || ':' || name from storage.objects where name like '00000000-0000-4000-8000-00000000000_/_.jpg';

select is((select public from storage.buckets where id = 'vision-boards'), false, 'the bucket is private');

set local role anon;
select is_empty('readable', 'anon reads none');

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
select results_eq('readable', array['vision-boards:00000000-0000-4000-8000-00000000000a/1.jpg'], 'Ava reads the picture that her row names');

set local request.jwt.claims = '{"sub":"0b000000-0000-4000-8000-000000000001","role":"authenticated"}';
select results_eq('readable', array['vision-boards:00000000-0000-4000-8000-00000000000b/1.jpg'], 'Ben reads his');

set local request.jwt.claims = '{"sub":"0c000000-0000-4000-8000-000000000001","role":"authenticated","email":"cem@pgtap.test"}';
select is_empty('readable', 'nobody reads what nobody owns');

reset role;
update auth.users set email_confirmed_at = now() where email = 'cem@pgtap.test';
set local role authenticated;
select results_eq('readable', array['vision-boards:00000000-0000-4000-8000-00000000000c/1.jpg'], 'Cem reads it once his address is confirmed');
delete from public.vision_board_jobs;
select is_empty('readable', 'and no longer when he has deleted the row');

set local role service_role;
select is((select count(*) from storage.objects where bucket_id = 'vision-boards' and name like '00000000-0000-4000-8000-00000000000_/_.jpg'),
  4::bigint, 'the service role reads all');

select * from finish();
rollback;
