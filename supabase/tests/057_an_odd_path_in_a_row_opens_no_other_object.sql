begin;
create extension if not exists pgtap with schema extensions;
select plan(26);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now());
insert into storage.buckets (id, name) values ('pgtap-elsewhere', 'pgtap-elsewhere');
insert into storage.objects (bucket_id, name) values
  ('vision-boards', 'pgtap-ben/1.jpg'), ('vision-boards', 'pgtap-nobody/1.jpg'), ('pgtap-elsewhere', 'secret.jpg'), ('pgtap-elsewhere', 'pgtap-ben/1.jpg');
insert into public.vision_board_jobs (user_id, goals, status, image_storage_path)
values ('0b000000-0000-4000-8000-000000000001', '["Run"]', 'complete', 'pgtap-ben/1.jpg');

-- The service role alone writes paths; these are what a mistake, or a pattern in a path, would have to open.
create temporary table odd (path text);
insert into odd values
  ('%'), ('pgtap-ben/%'), ('pgtap-ben/_.jpg'), ('pgtap-___/1.jpg'), ('pgtap-ben'), ('pgtap-ben/'), ('/pgtap-ben/1.jpg'), ('./pgtap-ben/1.jpg'),
  ('x/../pgtap-ben/1.jpg'), ('pgtap-ben//1.jpg'), ('PGTAP-BEN/1.JPG'), ('pgtap-ben%2F1.jpg'), (' pgtap-ben/1.jpg'), ('pgtap-ben/1.jpg '),
  (E'pgtap-ben/1.jpg\n'), ('../pgtap-elsewhere/secret.jpg'), ('pgtap-elsewhere/secret.jpg'), ('secret.jpg'), ('vision-boards/pgtap-ben/1.jpg'),
  (''' or true --'), ('"pgtap-ben/1.jpg"'), ('{pgtap-ben/1.jpg}'), ('*'), ('^.*$');
insert into public.vision_board_jobs (user_id, goals, status, image_storage_path, image_url)
select '0a000000-0000-4000-8000-000000000001', '["Run"]', 'complete', path, 'https://example.com/1.jpg' from odd;
insert into public.vision_board_jobs (user_id, goals, status, image_url)
values ('0a000000-0000-4000-8000-000000000001', '["Run"]', 'complete', 'https://example.com/1.jpg'); -- no path at all
grant select on odd to authenticated;

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
select is_empty('select bucket_id, name from storage.objects', 'Ava reads no object');

-- and named like a row's path, an object opens to that row's owner and no other: an equality, not a pattern
reset role;
insert into storage.objects (bucket_id, name) select 'vision-boards', path from odd;
set local role authenticated;
select is((select count(*) from storage.objects where name = path and bucket_id = 'vision-boards'), 1::bigint, 'the object named ' || quote_literal(path) || ' is hers')
from odd;
set local request.jwt.claims = '{"sub":"0b000000-0000-4000-8000-000000000001","role":"authenticated"}';
select results_eq('select name from storage.objects', array['pgtap-ben/1.jpg'], 'Ben reads his and none of them');

select * from finish();
rollback;
