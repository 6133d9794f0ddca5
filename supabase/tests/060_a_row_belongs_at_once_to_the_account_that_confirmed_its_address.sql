begin;
create extension if not exists pgtap with schema extensions;
select plan(12);

insert into auth.users (id, email, email_confirmed_at, is_sso_user, raw_user_meta_data) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now(), false, '{}'),
  ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null, false, '{}'),
  ('0d000000-0000-4000-8000-000000000001', 'dia@pgtap.test', now(), true, '{}'),
  ('0e000000-0000-4000-8000-000000000001', 'eve@pgtap.test', now(), false, '{"email": "fay@pgtap.test", "email_verified": true}'),
  ('0f000000-0000-4000-8000-000000000001', 'both@pgtap.test', now(), true, '{}'),
  ('0f000000-0000-4000-8000-000000000002', 'both@pgtap.test', now(), false, '{}');

create function pg_temp.owner_of_a_row_for(address text) returns uuid as $$
  insert into public.vision_board_jobs (email, goals) values (address, '["Run"]') returning user_id
$$ language sql;

set local role service_role;
select is(pg_temp.owner_of_a_row_for('ava@pgtap.test'), '0a000000-0000-4000-8000-000000000001', 'a confirmed address');
select is(pg_temp.owner_of_a_row_for('Ava@PgTap.Test'), '0a000000-0000-4000-8000-000000000001', 'however it is capitalised');
select is(pg_temp.owner_of_a_row_for('cem@pgtap.test'), null, 'an address that its account has not confirmed gives nothing');
select is(pg_temp.owner_of_a_row_for('dia@pgtap.test'), null, 'nor one that a single sign-on provider claims');
select is(pg_temp.owner_of_a_row_for('both@pgtap.test'), '0f000000-0000-4000-8000-000000000002', 'which does not hide the account that confirmed it');
select is(pg_temp.owner_of_a_row_for('fay@pgtap.test'), null, 'nor one that an account wrote into its metadata');
select is(pg_temp.owner_of_a_row_for('nobody@pgtap.test'), null, 'nor one without an account');
select is(pg_temp.owner_of_a_row_for('ava@pgtap.tes_'), null, 'nor a pattern');

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000001', '["Run"]');
select is((select user_id from public.vision_board_jobs where id = '00000000-0000-4000-8000-000000000001'), null, 'nor does a row without an address belong to anybody');
update public.vision_board_jobs set email = 'ava@pgtap.test' where id = '00000000-0000-4000-8000-000000000001';
select is((select user_id from public.vision_board_jobs where id = '00000000-0000-4000-8000-000000000001'), '0a000000-0000-4000-8000-000000000001',
  'until it is given one');

insert into public.vision_board_jobs (user_id, email, goals) values ('0c000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Swim"]');
select is((select user_id from public.vision_board_jobs where goals = '["Swim"]' and created_at = now()), '0c000000-0000-4000-8000-000000000001',
  'a row that comes with an owner keeps it, whatever its address');
update public.vision_board_jobs set email = 'both@pgtap.test' where goals = '["Swim"]' and created_at = now();
select is((select user_id from public.vision_board_jobs where goals = '["Swim"]' and created_at = now()), '0c000000-0000-4000-8000-000000000001',
  'also when its address changes');

select * from finish();
rollback;
