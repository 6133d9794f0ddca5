begin;
select plan(12);
set local client_min_messages = error; -- it warns

select tests.owner_of_new_row(address) from unnest(array['ava@pgtap.test', 'ben@pgtap.test']) as address;

select is(proconfig, array['search_path=""', 'lock_timeout=2s'],
  'a sign-up waits for nobody longer than two seconds')
from pg_proc where oid = 'vision_board.hand_over_confirmed_rows()'::regprocedure;

create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create trigger zz_refuse before update on vision_board_jobs for each row execute function pg_temp.refuse();
select lives_ok($$ select tests.create_user('ava') $$, 'a sign-up succeeds when the hand-over fails');
select is(count(*), 1::bigint, 'the account is there') from auth.users where id = tests.id('ava');
select lives_ok($$ select tests.create_user('ben', confirmed => false) $$, 'an unconfirmed sign-up succeeds');
select lives_ok($$ update auth.users set email_confirmed_at = now() where id = tests.id('ben') $$,
  'its confirmation succeeds');
select isnt(email_confirmed_at, null, 'the address is confirmed') from auth.users where id = tests.id('ben');
select is(tests.owners(address), 'nobody', format('the row of %s waits', address))
from unnest(array['ava@pgtap.test', 'ben@pgtap.test']) as address;
drop trigger zz_refuse on vision_board_jobs;

alter table vision_board_jobs rename column user_id to owner_id;
select lives_ok($$ select tests.create_user('cem') $$, 'a sign-up succeeds when a column is missing');
select lives_ok($$ update auth.users set email = 'cem.new@pgtap.test' where id = tests.id('cem') $$,
  'a change of address succeeds when a column is missing');
alter table vision_board_jobs rename to vision_board_jobs_moved;
select lives_ok($$ select tests.create_user('dia') $$, 'a sign-up succeeds when the table is missing');
alter function vision_board.lock(text) rename to lock_moved;
select lives_ok($$ select tests.create_user('eve') $$, 'a sign-up succeeds when a function is missing');
rollback;
