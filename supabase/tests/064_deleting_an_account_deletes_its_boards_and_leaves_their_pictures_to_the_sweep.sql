begin;
create extension if not exists pgtap with schema extensions;
select plan(6);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()), ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now());
insert into public.vision_board_jobs (user_id, email, goals, status, image_storage_path) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]', 'complete', 'pgtap-ava/1.jpg'),
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]', 'complete', 'pgtap-ava/2.jpg'),
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]', 'pending', null),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', '["Run"]', 'complete', 'pgtap-ben/1.jpg');

select lives_ok($$ delete from auth.users where email = 'ava@pgtap.test' $$, 'the account goes');
select is((select count(*) from public.vision_board_jobs where email = 'ava@pgtap.test'), 0::bigint, 'its boards too');
select is((select count(*) from public.vision_board_jobs where email = 'ben@pgtap.test'), 1::bigint, 'no others');
select results_eq($$ select path from vision_board.unreferenced_boards where path like 'pgtap-%' order by path $$,
  array['pgtap-ava/1.jpg', 'pgtap-ava/2.jpg'], 'their paths are noted');
set local role service_role;
select results_eq($$ select path from public.list_removable_vision_boards(1000000) as path where path like 'pgtap-%' order by path $$,
  array['pgtap-ava/1.jpg', 'pgtap-ava/2.jpg'], 'and the sweep gets them');

reset role;
insert into public.vision_board_jobs (user_id, goals, status, image_storage_path)
select '0b000000-0000-4000-8000-000000000001', '["Run"]', 'complete', 'pgtap-ben/shared.jpg' from generate_series(1, 2);
select lives_ok($$ delete from auth.users where email = 'ben@pgtap.test' $$, 'also where two of its rows name one picture');

select * from finish();
rollback;
