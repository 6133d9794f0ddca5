begin;
select plan(8);
set local client_min_messages = error; -- the hand-over warns

select tests.owner_of_new_row(address)
from unnest(array['ava@pgtap.test', 'ben@pgtap.test', 'ava@pgtap.test']) as address;
create function pg_temp.refuse() returns trigger language plpgsql as $$
begin raise exception 'no' using errcode = current_setting('pgtap.errcode'); end
$$;
create trigger zz_refuse before update on vision_board_jobs for each row
  when (new.email = 'ava@pgtap.test') execute function pg_temp.refuse();
-- query_canceled: what a statement_timeout raises
set local pgtap.errcode = 'query_canceled';
select lives_ok($$ select tests.create_user('ava') $$, 'a sign-up succeeds when its hand-over fails');
select is(tests.owners('ava@pgtap.test'), 'nobody, nobody', 'the hand-over failed');

set local role service_role;
select sweep_vision_board_jobs('15 minutes', 1000000);
reset role;
select is(tests.owners('ava@pgtap.test'), 'nobody, nobody', 'it fails once more');
drop trigger zz_refuse on vision_board_jobs;
set local role service_role;
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(tests.owners('ava@pgtap.test'), 'ava, ava', 'the next sweep hands the rows over');
select is_empty('select from vision_board.unsettled_accounts', 'then the account is settled');
reset role;

insert into vision_board_jobs (email, goals, created_at)
select 'Many@pgtap.test', '["Run"]', now() - make_interval(mins => n) from generate_series(1, 250) as n;
select tests.create_user('many');
select is(max(created_at), now() - interval '101 minutes', 'a sign-up takes its hundred newest rows')
from vision_board_jobs where email = 'Many@pgtap.test' and user_id is null;
select sweep_vision_board_jobs('15 minutes', 40);
select is(count(*), 110::bigint, 'a sweep takes as many as it may of the others')
from vision_board_jobs where email = 'Many@pgtap.test' and user_id is null;
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(count(*), 0::bigint, 'the next takes the rest')
from vision_board_jobs where email = 'Many@pgtap.test' and user_id is null;
rollback;
