begin;
create extension if not exists pgtap with schema extensions;
select plan(11);
set local client_min_messages = error; -- the warnings are the point

insert into public.vision_board_jobs (email, goals) values ('ava@pgtap.test', '["Run"]'), ('ben@pgtap.test', '["Run"]');

select is((select proconfig from pg_proc where oid = 'vision_board.hand_over_confirmed_rows()'::regprocedure),
  array['search_path=""', 'lock_timeout=2s'], 'a sign-up waits for nobody longer than two seconds');

create function pg_temp.refuse() returns trigger as $$ begin raise exception 'no'; end $$ language plpgsql;
create trigger zz_refuse before update on public.vision_board_jobs for each row execute function pg_temp.refuse();
select lives_ok($$ insert into auth.users (id, email, email_confirmed_at) values ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()) $$,
  'the table refuses the hand-over: a sign-up succeeds');
select is((select count(*) from auth.users where email = 'ava@pgtap.test'), 1::bigint, 'the account is there');
select lives_ok($$ insert into auth.users (id, email, email_confirmed_at) values ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', null) $$, 'so does another');
select lives_ok($$ update auth.users set email_confirmed_at = now() where email = 'ben@pgtap.test' $$, 'and its confirmation');
select isnt((select email_confirmed_at from auth.users where email = 'ben@pgtap.test'), null, 'which is noted');
select is((select count(*) from public.vision_board_jobs where email like '%@pgtap.test' and user_id is null), 2::bigint, 'the rows stay as they were');
drop trigger zz_refuse on public.vision_board_jobs;

alter table public.vision_board_jobs rename column user_id to owner_id;
select lives_ok($$ insert into auth.users (id, email, email_confirmed_at) values ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', now()) $$,
  'a column is missing: a sign-up succeeds');
select lives_ok($$ update auth.users set email = 'cem.new@pgtap.test' where email = 'cem@pgtap.test' $$, 'and a change of address');
alter table public.vision_board_jobs rename to vision_board_jobs_moved;
select lives_ok($$ insert into auth.users (id, email, email_confirmed_at) values ('0d000000-0000-4000-8000-000000000001', 'dia@pgtap.test', now()) $$,
  'the table is missing: a sign-up succeeds');
alter function vision_board.lock_address(text) rename to lock_address_moved;
select lives_ok($$ insert into auth.users (id, email, email_confirmed_at) values ('0e000000-0000-4000-8000-000000000001', 'eve@pgtap.test', now()) $$,
  'a function is missing: a sign-up succeeds');

select * from finish();
rollback;
