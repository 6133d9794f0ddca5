begin;
create extension if not exists pgtap with schema extensions;
select plan(7);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now()),
  ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null); -- Cem's address is not confirmed
insert into public.vision_board_jobs (id, user_id, email, goals) values
  ('00000000-0000-4000-8000-00000000000a', '0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000b', '0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000c', null, 'cem@pgtap.test', '["Run"]');

set local role anon;
set local request.jwt.claims = '{"role":"anon"}';

select throws_ok('select id from public.vision_board_jobs', '42501', null, 'not read');
select throws_ok('select count(*) from public.vision_board_jobs', '42501', null, 'not count');
select throws_ok($$ insert into public.vision_board_jobs (email, goals) values ('cem@pgtap.test', '["Run"]') $$, '42501', null, 'not insert');
select throws_ok($$ update public.vision_board_jobs set name = 'Eve' where id = '00000000-0000-4000-8000-00000000000c' $$, '42501', null, 'not update');
select throws_ok($$ delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000c' $$, '42501', null, 'not delete');
select throws_ok('truncate public.vision_board_jobs', '42501', null, 'not truncate');

reset role;
select is((select count(*) from public.vision_board_jobs where email like '%@pgtap.test'), 3::bigint, 'every row is still there');

select * from finish();
rollback;
