begin;
create extension if not exists pgtap with schema extensions;
select plan(9);

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
insert into storage.objects (bucket_id, name) values ('vision-boards', '00000000-0000-4000-8000-00000000000a/1.jpg');

-- Refused by an error or by finding no row: which of the two differs between versions of Storage.
create function pg_temp.try(command text) returns void as $$
begin
  execute command;
exception when insufficient_privilege then null;
end
$$ language plpgsql;
prepare untouched as
  select name from storage.objects where bucket_id = 'vision-boards' and name like '00000000-0000-4000-8000-00000000000_/%';

set local role anon;
select throws_ok($$ insert into storage.objects (bucket_id, name) values ('vision-boards', 'eve/1.jpg') $$, '42501', null, 'anon does not upload');
select pg_temp.try('update storage.objects set name = name || ''x''');
select pg_temp.try('delete from storage.objects');
reset role;
select results_eq('untouched', array['00000000-0000-4000-8000-00000000000a/1.jpg'], 'anon does not move or delete');

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
select throws_ok($$ insert into storage.objects (bucket_id, name) values ('vision-boards', '00000000-0000-4000-8000-00000000000a/2.jpg') $$,
  '42501', null, 'an owner does not upload beside her picture');
select throws_ok($$
  insert into storage.objects (bucket_id, name) values ('vision-boards', '00000000-0000-4000-8000-00000000000a/1.jpg')
  on conflict (bucket_id, name) do update set metadata = '{}'
$$, '42501', null, 'nor over it');
select pg_temp.try('update storage.objects set name = name || ''x''');
reset role;
select results_eq('untouched', array['00000000-0000-4000-8000-00000000000a/1.jpg'], 'an owner does not move her picture');
set local role authenticated;
select pg_temp.try('delete from storage.objects');
reset role;
select results_eq('untouched', array['00000000-0000-4000-8000-00000000000a/1.jpg'], 'nor delete it');

set local role service_role;
select lives_ok($$ insert into storage.objects (bucket_id, name) values ('vision-boards', '00000000-0000-4000-8000-00000000000b/1.jpg') $$, 'the service role uploads');
select results_eq($$
  update storage.objects set metadata = '{"size": 1}' where bucket_id = 'vision-boards' and name = '00000000-0000-4000-8000-00000000000b/1.jpg' returning 1
$$, array[1], 'and replaces');

reset role;
select is_empty($$
  select policyname from pg_policies where schemaname = 'storage' and tablename = 'objects' and cmd <> 'SELECT' and
    (coalesce(qual, '') || coalesce(with_check, '')) like '%vision-boards%'
$$, 'no policy lets anybody else');

select * from finish();
rollback;
