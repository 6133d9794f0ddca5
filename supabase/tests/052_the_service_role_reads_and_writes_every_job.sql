begin;
create extension if not exists pgtap with schema extensions;
select plan(6);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now()),
  ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null); -- Cem's address is not confirmed
insert into public.vision_board_jobs (id, user_id, email, goals) values
  ('00000000-0000-4000-8000-00000000000a', '0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000b', '0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000c', null, 'cem@pgtap.test', '["Run"]');

set local role service_role;
select is((select count(*) from public.vision_board_jobs where email like '%@pgtap.test'), 3::bigint, 'it reads owned and unowned rows');
select lives_ok($$ insert into public.vision_board_jobs (user_id, goals) values ('0a000000-0000-4000-8000-000000000001', '["Run"]') $$, 'inserts for somebody');
select lives_ok($$ insert into public.vision_board_jobs (email, goals) values ('dia@pgtap.test', '["Run"]') $$, 'inserts for an address');
select results_eq($$ update public.vision_board_jobs set name = 'Ava' where id = '00000000-0000-4000-8000-00000000000a' returning name $$, array['Ava'], 'updates');
select results_eq($$ delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000b' returning id::text $$,
  array['00000000-0000-4000-8000-00000000000b'], 'deletes');
select throws_ok('truncate public.vision_board_jobs', '42501', null, 'but does not truncate');

select * from finish();
rollback;
