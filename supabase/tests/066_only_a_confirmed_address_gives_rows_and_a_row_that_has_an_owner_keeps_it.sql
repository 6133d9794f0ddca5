begin;
create extension if not exists pgtap with schema extensions;
select plan(25);

create function pg_temp.owner_of_a_new_row(address text) returns uuid as $$
  insert into public.vision_board_jobs (email, goals) values (address, '["Run"]') returning user_id
$$ language sql;
create function pg_temp.owners(address text) returns uuid[] as $$
  select array_agg(user_id order by user_id) from public.vision_board_jobs where lower(email) = address
$$ language sql;

-- Eve's account says Ava's address wherever she may write it, and wherever it may stand before it is confirmed
insert into public.vision_board_jobs (email, goals) values ('ava@pgtap.test', '["Run"]');
insert into auth.users (id, email, email_confirmed_at) values ('0e000000-0000-4000-8000-000000000001', 'eve@pgtap.test', now());
update auth.users set raw_user_meta_data = '{"email": "ava@pgtap.test", "email_verified": true}' where email = 'eve@pgtap.test';
select is(pg_temp.owners('ava@pgtap.test'), array[null]::uuid[], 'not user_metadata');
update auth.users set raw_app_meta_data = '{"email": "ava@pgtap.test", "provider": "email"}' where email = 'eve@pgtap.test';
select is(pg_temp.owners('ava@pgtap.test'), array[null]::uuid[], 'not app_metadata');
insert into auth.identities (id, provider, provider_id, user_id, identity_data)
values (gen_random_uuid(), 'other', 'eve', '0e000000-0000-4000-8000-000000000001', '{"sub": "eve", "email": "ava@pgtap.test", "email_verified": true}');
select is(pg_temp.owners('ava@pgtap.test'), array[null]::uuid[], 'not an identity');
update auth.users set email_change = 'ava@pgtap.test', email_change_sent_at = now() where email = 'eve@pgtap.test';
select is(pg_temp.owners('ava@pgtap.test'), array[null]::uuid[], 'not a change of address that waits to be confirmed');
update auth.users set phone = 'ava@pgtap.test', phone_confirmed_at = now() where email = 'eve@pgtap.test';
select is(pg_temp.owners('ava@pgtap.test'), array[null]::uuid[], 'not a confirmed phone number');
select is(pg_temp.owner_of_a_new_row('ava@pgtap.test'), null, 'nor for a row that is written meanwhile');
update auth.users set email_change = '', phone = null, phone_confirmed_at = null where email = 'eve@pgtap.test';

-- an account that was never confirmed, whatever else was
insert into auth.users (id, email, email_confirmed_at) values ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null);
select is(pg_temp.owner_of_a_new_row('cem@pgtap.test'), null, 'an unconfirmed account gets nothing');
update auth.users set phone = '49123', phone_confirmed_at = now(), last_sign_in_at = now(), invited_at = now() where email = 'cem@pgtap.test';
select is(pg_temp.owners('cem@pgtap.test'), array[null]::uuid[], 'not by its phone, nor by signing in with it');
update auth.users set email = 'cem.new@pgtap.test' where email = 'cem@pgtap.test';
select is(pg_temp.owner_of_a_new_row('cem.new@pgtap.test'), null, 'nor by a change to another unconfirmed address');

-- a confirmed change: what waits for the new address comes, what came by the old one stays, what waits for it later does not come
insert into auth.users (id, email, email_confirmed_at) values ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now());
select is(pg_temp.owner_of_a_new_row('ben@pgtap.test'), '0b000000-0000-4000-8000-000000000001', 'Ben has a board');
select is(pg_temp.owner_of_a_new_row('ben.new@pgtap.test'), null, 'and one waits for his next address');
update auth.users set email = 'ben.new@pgtap.test', email_change = '' where email = 'ben@pgtap.test';
select is(pg_temp.owners('ben.new@pgtap.test'), array['0b000000-0000-4000-8000-000000000001']::uuid[], 'which he confirms: it is his');
select is(pg_temp.owners('ben@pgtap.test'), array['0b000000-0000-4000-8000-000000000001']::uuid[], 'as the other still is');
select is(pg_temp.owner_of_a_new_row('ben@pgtap.test'), null, 'his old address is nobody''s now');
insert into auth.users (id, email, email_confirmed_at) values ('0b000000-0000-4000-8000-000000000002', 'ben@pgtap.test', now());
select is(pg_temp.owners('ben@pgtap.test'), array['0b000000-0000-4000-8000-000000000001', '0b000000-0000-4000-8000-000000000002']::uuid[],
  'who confirms it next gets what waited, and not what was Ben''s');
update public.vision_board_jobs set email = 'ben@pgtap.test' where email = 'ben.new@pgtap.test';
select is((select count(*) from public.vision_board_jobs where user_id = '0b000000-0000-4000-8000-000000000002'), 1::bigint, 'nor does a new address in a row move it');

-- a confirmation that was taken back
update auth.users set email_confirmed_at = null where email = 'ben@pgtap.test';
select is(pg_temp.owner_of_a_new_row('ben@pgtap.test'), null, 'a confirmation that was taken back gives nothing new');
select is((select count(*) from public.vision_board_jobs where user_id = '0b000000-0000-4000-8000-000000000002'), 1::bigint, 'and takes nothing');
update auth.users set email_confirmed_at = now() where email = 'ben@pgtap.test';
select is((select count(*) from public.vision_board_jobs where user_id = '0b000000-0000-4000-8000-000000000002'), 2::bigint, 'the next one gives what waited');

-- an account that was deleted and signs up again is another account
delete from auth.users where email = 'ben@pgtap.test';
select is((select count(*) from public.vision_board_jobs where user_id = '0b000000-0000-4000-8000-000000000002'), 0::bigint, 'a deleted account takes its boards along');
select is(pg_temp.owner_of_a_new_row('ben@pgtap.test'), null, 'what is asked for in between waits');
insert into auth.users (id, email, email_confirmed_at) values ('0b000000-0000-4000-8000-000000000003', 'ben@pgtap.test', now());
select is((select count(*) from public.vision_board_jobs where user_id = '0b000000-0000-4000-8000-000000000003'), 1::bigint, 'and is all that the new account gets');

-- single sign-on: its provider may claim any address, also one that an account has confirmed
insert into auth.users (id, email, email_confirmed_at, is_sso_user) values ('0d000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now(), true);
select is(pg_temp.owner_of_a_new_row('ben@pgtap.test'), '0b000000-0000-4000-8000-000000000003', 'beside a single sign-on account the one that confirmed gets the row');
select is((select count(*) from public.vision_board_jobs where user_id = '0d000000-0000-4000-8000-000000000001'), 0::bigint, 'and the other none');

set local role authenticated;
set local request.jwt.claims = '{"sub":"0e000000-0000-4000-8000-000000000001","role":"authenticated","email":"ava@pgtap.test"}';
select is_empty('select id from public.vision_board_jobs', 'Eve has read nothing');

select * from finish();
rollback;
