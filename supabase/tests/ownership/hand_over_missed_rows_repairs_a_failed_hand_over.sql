begin;
select plan(2);
set local client_min_messages = error; -- the hand-over warns

select tests.owner_of_new_row('ava@pgtap.test');
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create trigger zz_refuse before update on vision_board_jobs for each row execute function pg_temp.refuse();
select tests.create_user('ava');
drop trigger zz_refuse on vision_board_jobs;
select is(tests.owners('ava@pgtap.test'), 'nobody', 'the hand-over failed');

set local role service_role;
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(tests.owners('ava@pgtap.test'), 'ava', 'the next sweep hands the row over');
rollback;
