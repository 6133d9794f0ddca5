begin;
create extension if not exists pgtap with schema extensions;
select plan(125);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now()),
  ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null); -- Cem's address is not confirmed
insert into public.vision_board_jobs (id, user_id, email, goals) values
  ('00000000-0000-4000-8000-00000000000a', '0a000000-0000-4000-8000-000000000001', 'ben@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000c', null, 'cem@pgtap.test', '["Run"]');
update public.vision_board_jobs set status = 'processing' where email like '%@pgtap.test';
update public.vision_board_jobs set status = 'complete', image_storage_path = id || '/1.jpg' where email like '%@pgtap.test';

insert into storage.buckets (id, name) values ('pgtap-elsewhere', 'pgtap-elsewhere'), ('pgtap-empty', 'pgtap-empty');
insert into storage.objects (bucket_id, name) values
  ('vision-boards', '00000000-0000-4000-8000-00000000000a/1.jpg'),
  ('vision-boards', '00000000-0000-4000-8000-00000000000c/1.jpg'),
  ('vision-boards', '00000000-0000-4000-8000-00000000000a/2.jpg'), -- an attempt that was overtaken
  ('vision-boards', '0a000000-0000-4000-8000-000000000001/1.jpg'), -- a folder of Ava's own id
  ('pgtap-elsewhere', '00000000-0000-4000-8000-00000000000a/1.jpg');

create temporary table callers (caller text, role text, claims text);
insert into callers values
  ('anon', 'anon', '{"role":"anon"}'),
  ('the owner', 'authenticated', '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated","email":"ava@pgtap.test"}'),
  ('another user', 'authenticated', '{"sub":"0b000000-0000-4000-8000-000000000001","role":"authenticated","email":"ava@pgtap.test"}'),
  ('who has not confirmed the address', 'authenticated', '{"sub":"0c000000-0000-4000-8000-000000000001","role":"authenticated","email":"cem@pgtap.test"}'),
  ('a token without a user', 'authenticated', '{"role":"authenticated"}'),
  ('the service role', 'service_role', '{"role":"service_role"}');

-- What the command comes to for this caller: how many rows it finds, or the error. Its effects are undone.
create function pg_temp.answer(who text, command text) returns text language plpgsql as $$
declare
  v_caller record;
  v_rows bigint;
begin
  select * into v_caller from pg_temp.callers where caller = who;
  perform set_config('request.jwt.claims', v_caller.claims, true), set_config('role', v_caller.role, true);
  -- as the Storage API deletes; without it nobody may, by SQL
  perform set_config('storage.allow_delete_query', 'true', true);
  execute command;
  get diagnostics v_rows = row_count;
  raise exception '%', v_rows using errcode = 'PT000';
exception
  when sqlstate 'PT000' then return sqlerrm;
  when others then return sqlstate;
end
$$;

-- `refused`: by finding no row or by 42501; which of the two differs between versions of Storage, whose grants these are.
create temporary table grid (what text, command text, anon text, owner text, others text, service text);
insert into grid values
  ('reads the picture that the owner''s row names', $$select from storage.objects where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000a/1.jpg'$$, 'refused', '1', 'refused', '1'),
  ('reads the picture that nobody owns', $$select from storage.objects where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000c/1.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('reads what no row names, beside it', $$select from storage.objects where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000a/2.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('reads a folder named after a user', $$select from storage.objects where bucket_id = 'vision-boards' and name like '0a000000-0000-4000-8000-000000000001/%'$$, 'refused', 'refused', 'refused', '1'),
  ('reads the same path in another bucket', $$select from storage.objects where bucket_id = 'pgtap-elsewhere'$$, 'refused', 'refused', 'refused', '1'),
  ('lists everything', $$select from storage.objects where bucket_id in ('vision-boards', 'pgtap-elsewhere') and name like '0%-0000-4000-8000-%'$$, 'refused', '1', 'refused', '5'),
  ('uploads beside it', $$insert into storage.objects (bucket_id, name) values ('vision-boards', '00000000-0000-4000-8000-00000000000a/3.jpg')$$, 'refused', 'refused', 'refused', '1'),
  ('uploads over it', $$insert into storage.objects (bucket_id, name) values ('vision-boards', '00000000-0000-4000-8000-00000000000a/1.jpg') on conflict (bucket_id, name) do update set metadata = '{}'$$, 'refused', 'refused', 'refused', '1'),
  ('uploads to a folder of the user''s id', $$insert into storage.objects (bucket_id, name, owner, owner_id) values ('vision-boards', '0a000000-0000-4000-8000-000000000001/2.jpg', auth.uid(), auth.uid()::text)$$, 'refused', 'refused', 'refused', '1'),
  ('replaces it', $$update storage.objects set metadata = '{"size": 1}' where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000a/1.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('moves another to its path', $$update storage.objects set name = '00000000-0000-4000-8000-00000000000a/4.jpg' where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000c/1.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('moves it to another bucket', $$update storage.objects set bucket_id = 'pgtap-elsewhere', name = 'mine.jpg' where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000a/1.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('claims it as Storage''s owner', $$update storage.objects set owner = auth.uid() where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000a/1.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('removes it', $$delete from storage.objects where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000a/1.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('removes what nobody owns', $$delete from storage.objects where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000c/1.jpg'$$, 'refused', 'refused', 'refused', '1'),
  ('sees the bucket', $$select from storage.buckets where id = 'vision-boards'$$, 'refused', 'refused', 'refused', '1'),
  ('makes the bucket public', $$update storage.buckets set public = true where id = 'vision-boards'$$, 'refused', 'refused', 'refused', '1'),
  ('makes another bucket', $$insert into storage.buckets (id, name, public) values ('pgtap-open', 'pgtap-open', true)$$, 'refused', 'refused', 'refused', '1'),
  ('removes an empty bucket', $$delete from storage.buckets where id = 'pgtap-empty'$$, 'refused', 'refused', 'refused', '1');

select is(
  case when expected = 'refused' and answer in ('0', '42501') then 'refused' else answer end, expected,
  caller || ': ' || what)
from (
  select what, caller, pg_temp.answer(caller, command) as answer,
    case caller when 'anon' then anon when 'the owner' then owner when 'the service role' then service else others end as expected
  from grid, callers
) as cells;

select is((select public from storage.buckets where id = 'vision-boards'), false, 'the bucket is private');
select results_eq($$
  select policyname::text collate "default", cmd::text collate "default", roles::text collate "default" from pg_policies
  where schemaname = 'storage' and coalesce(qual, '') || coalesce(with_check, '') like '%vision-boards%'
$$, $$ values ('Owners read their vision boards', 'SELECT', '{authenticated}') $$, 'one policy speaks of it: signed-in owners read');

-- a board keeps its path when its owner changes
prepare readable as select bucket_id || ':' || name from storage.objects where name like '0%-0000-4000-8000-%';
update auth.users set email_confirmed_at = now() where email = 'cem@pgtap.test';
set local role authenticated;
set local request.jwt.claims = '{"sub":"0c000000-0000-4000-8000-000000000001","role":"authenticated"}';
select results_eq('readable', array['vision-boards:00000000-0000-4000-8000-00000000000c/1.jpg'], 'Cem reads his picture once his address is confirmed');
delete from public.vision_board_jobs;
select is_empty('readable', 'and no longer when he has deleted the row');
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
select results_eq('readable', array['vision-boards:00000000-0000-4000-8000-00000000000a/1.jpg'], 'Ava still reads hers');

reset role;
select is((select count(*) from storage.objects where name like '0%-0000-4000-8000-%'), 5::bigint, 'every object is still there');
select is((select array_agg(lower(mime) order by mime) from storage.buckets, unnest(allowed_mime_types) as mime where id = 'vision-boards'),
  '{image/jpeg,image/png,image/webp}'::text[], 'it takes pictures only');
select is((select file_size_limit::bigint from storage.buckets where id = 'vision-boards'), 10485760::bigint, 'of 10 MiB at most');
select is((select count(*) from pg_policies where schemaname = 'storage' and tablename = 'buckets'
  and coalesce(qual, '') || coalesce(with_check, '') like '%vision-boards%'), 0::bigint, 'no policy shows the bucket itself');
select is((select relrowsecurity from pg_class where oid = 'storage.objects'::regclass), true, 'row-level security is on for objects');
select is((select relrowsecurity from pg_class where oid = 'storage.buckets'::regclass), true, 'and for buckets');

select * from finish();
rollback;
