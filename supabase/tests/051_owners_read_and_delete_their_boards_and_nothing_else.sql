begin;
create extension if not exists pgtap with schema extensions;
select plan(16);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now()),
  ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null); -- Cem's address is not confirmed
insert into public.vision_board_jobs (id, user_id, email, goals) values
  ('00000000-0000-4000-8000-00000000000a', '0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000b', '0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', '["Run"]'),
  ('00000000-0000-4000-8000-00000000000c', null, 'cem@pgtap.test', '["Run"]');

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated","email":"ava@pgtap.test"}';

select results_eq('select id::text from public.vision_board_jobs', array['00000000-0000-4000-8000-00000000000a'], 'Ava reads her row only');
select throws_ok($$ insert into public.vision_board_jobs (user_id, goals) values ('0a000000-0000-4000-8000-000000000001', '["Run"]') $$,
  '42501', null, 'not insert, even as herself');
select throws_ok($$ update public.vision_board_jobs set name = 'Eve' where id = '00000000-0000-4000-8000-00000000000a' $$, '42501', null, 'not update her own');
select throws_ok($$ update public.vision_board_jobs set user_id = '0a000000-0000-4000-8000-000000000001' $$, '42501', null, 'not take over another''s');
select throws_ok('select from public.vision_board_jobs for update', '42501', null, 'not lock');
select throws_ok('truncate public.vision_board_jobs', '42501', null, 'not truncate');
select is_empty($$ delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000b' returning id $$, 'not delete another''s');
select is_empty($$ delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000c' returning id $$, 'not delete what nobody owns');

-- an account that claims another's address in its token gets nothing by it
set local request.jwt.claims = '{"sub":"0b000000-0000-4000-8000-000000000001","role":"authenticated","email":"ava@pgtap.test","user_metadata":{"email":"ava@pgtap.test"}}';
select results_eq('select id::text from public.vision_board_jobs', array['00000000-0000-4000-8000-00000000000b'], 'a token''s email opens nothing');

-- a row that nobody owns yet is not its address's, as long as that is not confirmed
set local request.jwt.claims = '{"sub":"0c000000-0000-4000-8000-000000000001","role":"authenticated","email":"cem@pgtap.test"}';
select is_empty('select id from public.vision_board_jobs', 'Cem reads nothing');
select is_empty('delete from public.vision_board_jobs returning id', 'nor deletes anything');

-- a signed-in role without a user
set local request.jwt.claims = '{"role":"authenticated"}';
select is_empty('select id from public.vision_board_jobs', 'who has no id reads nothing');

reset role;
select is((select count(*) from public.vision_board_jobs where email like '%@pgtap.test'), 3::bigint, 'every row is still there');

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
select results_eq('delete from public.vision_board_jobs returning id::text', array['00000000-0000-4000-8000-00000000000a'], 'Ava deletes her own row');
select is_empty('select id from public.vision_board_jobs', 'it is gone');
reset role;
select is((select count(*) from public.vision_board_jobs where email like '%@pgtap.test'), 2::bigint, 'the others are not');

select * from finish();
rollback;
