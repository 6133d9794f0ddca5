begin;
select plan(20);
set local client_min_messages = error; -- it warns

-- As Supabase Auth does it.
create function pg_temp.soft_delete(name text) returns void language sql as $$
  update auth.users set deleted_at = now(), encrypted_password = null,
    email = translate(encode(sha256(convert_to(email, 'UTF8')), 'base64'), '+/=', '-_')
  where id = tests.id(name)
$$;
create function pg_temp.jobs_of(account text) returns bigint language sql as $$
  select count(*) from vision_board_jobs where user_id = tests.id(account)
$$;

select tests.create_user(name) from unnest(array['ava', 'ben', 'cem', 'dia', 'eve']) as name;
select tests.create_job('complete', 'complete', 'ava', 'ava@pgtap.test', path => 'pgtap/soft.jpg'),
  tests.create_job('pending', 'pending', 'ava'), tests.create_job('of Ben', 'pending', 'ben');
select lives_ok($$ select pg_temp.soft_delete('ava') $$, 'an account is soft-deleted');
select is(pg_temp.jobs_of('ava'), 0::bigint, 'its rows go at once, and with them their address');
select is(pg_temp.jobs_of('ben'), 1::bigint, 'the rows of other accounts stay');
select is(removable_at <= now(), true, 'the sweep may remove its board')
from vision_board.unreferenced_boards where path = 'pgtap/soft.jpg';
select isnt(gone_at, null, 'its requests are forgotten in a day')
from vision_board.requests where job_id = tests.id('complete');

select throws_ok($$ select tests.request_job('ava') $$, '23503', null,
  'a token that outlived a soft-deleted account creates nothing');
select tests.request_job('cem', key => 'k');
delete from auth.users where id = tests.id('cem');
select throws_ok($$ select tests.request_job('cem', key => 'k') $$, '23503', null,
  'a token that outlived a deleted account replays nothing');
select is(outcome, 'created', 'other accounts create') from tests.request_job('ben');

select tests.create_job('late', 'pending', 'ava');
set local role service_role;
select sweep_vision_board_jobs('15 minutes', 1000000);
reset role;
select is(pg_temp.jobs_of('ava'), 0::bigint, 'a row that was being written meanwhile goes with the sweep');
select is(count(*), 1::bigint, 'the sweep looks for more')
from vision_board.deleted_accounts where user_id = tests.id('ava');
update vision_board.deleted_accounts set deleted_at = now() - interval '61 minutes';
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(count(*), 0::bigint, 'after an hour it looks no more') from vision_board.deleted_accounts;

insert into vision_board_jobs (user_id, goals)
select tests.id('dia'), '["Run"]' from generate_series(1, 1100);
select pg_temp.soft_delete('dia');
select is(pg_temp.jobs_of('dia'), 100::bigint, 'at most 1000 rows go with the deletion itself');
select sweep_vision_board_jobs('15 minutes', 40);
select is(pg_temp.jobs_of('dia'), 60::bigint, 'a sweep takes as many as it may of the others');
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(pg_temp.jobs_of('dia'), 0::bigint, 'the next takes the rest');

-- It must not fail, whatever is wrong.
select tests.create_job('of Eve', 'pending', 'eve');
create function pg_temp.refuse() returns trigger language plpgsql as $$
begin raise exception 'no' using errcode = current_setting('pgtap.errcode'); end
$$;
create trigger zz_refuse before delete on vision_board_jobs for each row execute function pg_temp.refuse();
select lives_ok(format($$
  set local pgtap.errcode = %L;
  update auth.users set deleted_at = null where id = tests.id('eve');
  select pg_temp.soft_delete('eve')
$$, errcode), format('an account is soft-deleted though its rows cannot be (%s)', errcode))
from unnest(array['raise_exception', 'query_canceled']) as errcode;
drop trigger zz_refuse on vision_board_jobs;
select is(pg_temp.jobs_of('eve'), 1::bigint, 'they stay');
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(pg_temp.jobs_of('eve'), 0::bigint, 'the next sweep deletes them');

alter table vision_board.deleted_accounts rename to deleted_accounts_moved;
select lives_ok($$ select pg_temp.soft_delete('ben') $$,
  'an account is soft-deleted though the ledger is missing');
select lives_ok($$ delete from auth.users where id = tests.id('ava') $$,
  'an account that was soft-deleted may be deleted for good');
rollback;
