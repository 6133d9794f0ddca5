begin;
create extension if not exists pgtap with schema extensions;
select plan(15);

create function pg_temp.owners(address text) returns uuid[] as $$
  select array_agg(user_id order by user_id) from public.vision_board_jobs where lower(email) = address
$$ language sql;

insert into public.vision_board_jobs (email, goals) values
  ('ava@pgtap.test', '["Run"]'), ('Ava@PgTap.test', '["Run"]'),
  ('ben@pgtap.test', '["Run"]'), ('ben.new@pgtap.test', '["Run"]'), ('ben.never@pgtap.test', '["Run"]'),
  ('dia@pgtap.test', '["Run"]'), ('eve@pgtap.test', '["Run"]');
insert into public.vision_board_jobs (email, goals, status, image_storage_path) values ('ava@pgtap.test', '["Run"]', 'complete', 'a/1.jpg');

insert into auth.users (id, email, email_confirmed_at) values ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now());
select is(pg_temp.owners('ava@pgtap.test'), array_fill('0a000000-0000-4000-8000-000000000001'::uuid, array[3]),
  'a sign-up with a confirmed address takes every row of it, also the complete one');
select is(pg_temp.owners('ben@pgtap.test'), array[null]::uuid[], 'and no other row');

insert into auth.users (id, email, email_confirmed_at) values ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', null);
select is(pg_temp.owners('ben@pgtap.test'), array[null]::uuid[], 'a sign-up that still has to confirm its address takes none');
update auth.users set raw_user_meta_data = '{"email": "eve@pgtap.test", "email_verified": true}' where email = 'ben@pgtap.test';
select is(pg_temp.owners('eve@pgtap.test'), array[null]::uuid[], 'nor does what an account says about itself');
update auth.users set email = 'ben.never@pgtap.test' where email = 'ben@pgtap.test';
select is(pg_temp.owners('ben.never@pgtap.test'), array[null]::uuid[], 'nor a change to another unconfirmed address');
update auth.users set email = 'ben@pgtap.test' where email = 'ben.never@pgtap.test';
update auth.users set email_confirmed_at = now() where email = 'ben@pgtap.test';
select is(pg_temp.owners('ben@pgtap.test'), array['0b000000-0000-4000-8000-000000000001']::uuid[], 'the confirmation takes it');

update auth.users set email = 'ben.new@pgtap.test' where email = 'ben@pgtap.test';
select is(pg_temp.owners('ben.new@pgtap.test'), array['0b000000-0000-4000-8000-000000000001']::uuid[], 'so does a confirmed change of address');
select is(pg_temp.owners('ben@pgtap.test'), array['0b000000-0000-4000-8000-000000000001']::uuid[], 'and what was taken by the old one stays');
select is(pg_temp.owners('ben.never@pgtap.test'), array[null]::uuid[], 'an address that was never confirmed gave nothing');

insert into public.vision_board_jobs (email, goals) values ('ben@pgtap.test', '["Swim"]');
insert into auth.users (id, email, email_confirmed_at) values ('0b000000-0000-4000-8000-000000000002', 'ben@pgtap.test', now());
select results_eq($$ select goals ->> 0, user_id from public.vision_board_jobs where email = 'ben@pgtap.test' order by 1 $$, $$
  values ('Run', '0b000000-0000-4000-8000-000000000001'::uuid), ('Swim', '0b000000-0000-4000-8000-000000000002')
$$, 'who gets a used address later gets what waits, not the rows of who had it before');
update public.vision_board_jobs set name = 'Ben' where email = 'ben@pgtap.test';
update public.vision_board_jobs set email = 'Ben@pgtap.test' where email = 'ben@pgtap.test' and goals = '["Run"]';
select is(pg_temp.owners('ben@pgtap.test'), array['0b000000-0000-4000-8000-000000000001', '0b000000-0000-4000-8000-000000000002']::uuid[],
  'writing to such a row does not move it either');

insert into auth.users (id, email, email_confirmed_at, is_sso_user) values ('0d000000-0000-4000-8000-000000000001', 'dia@pgtap.test', now(), true);
select is(pg_temp.owners('dia@pgtap.test'), array[null]::uuid[], 'a single sign-on account takes none');

insert into auth.users (id, email, email_confirmed_at) values ('0e000000-0000-4000-8000-000000000001', null, now());
select is(pg_temp.owners('eve@pgtap.test'), array[null]::uuid[], 'an account without an address takes none');

-- a hand-over that failed: see 063
create function pg_temp.refuse() returns trigger as $$ begin raise exception 'no'; end $$ language plpgsql;
create trigger zz_refuse before update on public.vision_board_jobs for each row execute function pg_temp.refuse();
set local client_min_messages = error;
insert into auth.users (id, email, email_confirmed_at) values ('0e000000-0000-4000-8000-000000000002', 'eve@pgtap.test', now());
drop trigger zz_refuse on public.vision_board_jobs;
select is(pg_temp.owners('eve@pgtap.test'), array[null]::uuid[], 'a hand-over was missed');
set local role service_role;
select public.sweep_vision_board_jobs(1000000);
select is(pg_temp.owners('eve@pgtap.test'), array['0e000000-0000-4000-8000-000000000002']::uuid[], 'the sweep makes up for it');

select * from finish();
rollback;
