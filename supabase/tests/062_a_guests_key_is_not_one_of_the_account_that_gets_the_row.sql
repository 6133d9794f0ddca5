begin;
create extension if not exists pgtap with schema extensions;
select plan(9);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', null);

set local role service_role;
insert into public.vision_board_jobs (user_id, goals, idempotency_key) values
  ('0a000000-0000-4000-8000-000000000001', '["Run"]', 'k'), ('0b000000-0000-4000-8000-000000000001', '["Run"]', 'k');
select throws_ok($$ insert into public.vision_board_jobs (user_id, goals, idempotency_key) values ('0a000000-0000-4000-8000-000000000001', '["Swim"]', 'k') $$,
  '23505', null, 'one owner, one key, one row');
select lives_ok($$ insert into public.vision_board_jobs (email, goals, idempotency_key) values ('ava@pgtap.test', '["Swim"]', 'k') $$,
  'a guest''s row that meets its key in the account of its address is written all the same');
select results_eq($$ select user_id, idempotency_key from public.vision_board_jobs where email = 'ava@pgtap.test' $$,
  $$ values ('0a000000-0000-4000-8000-000000000001'::uuid, null::text) $$, 'without the key');

insert into public.vision_board_jobs (email, goals, idempotency_key) values
  ('ben@pgtap.test', '["Swim"]', 'k'), ('ben@pgtap.test', '["Dive"]', 'l'), ('ben@pgtap.test', '["Sing"]', null);
select throws_ok($$ insert into public.vision_board_jobs (email, goals, idempotency_key) values ('Ben@pgtap.test', '["Read"]', 'k') $$,
  '23505', null, 'one guest''s address, one key, one row');
select throws_ok($$ update public.vision_board_jobs set idempotency_key = 'k' where email = 'ben@pgtap.test' and idempotency_key = 'l' $$,
  '23505', null, 'also if it is changed by hand');
insert into public.vision_board_jobs (user_id, goals, idempotency_key) values ('0a000000-0000-4000-8000-000000000001', '["Read"]', 'l');
select throws_ok($$ update public.vision_board_jobs set idempotency_key = 'k' where user_id = '0a000000-0000-4000-8000-000000000001' and idempotency_key = 'l' $$,
  '23505', null, 'an account''s likewise');
reset role;
select lives_ok($$ update auth.users set email_confirmed_at = now() where email = 'ben@pgtap.test' $$, 'a key does not keep a row from its owner either');
select results_eq($$ select goals ->> 0, idempotency_key from public.vision_board_jobs where email = 'ben@pgtap.test' order by 1 $$,
  $$ values ('Dive', null), ('Sing', null), ('Swim', null) $$, 'their keys stay behind');
select is((select count(*) from public.vision_board_jobs where user_id = '0b000000-0000-4000-8000-000000000001'), 4::bigint, 'and every row arrives');

select * from finish();
rollback;
