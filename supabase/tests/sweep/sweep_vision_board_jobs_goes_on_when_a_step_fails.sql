begin;
select plan(9);
set local client_min_messages = error; -- it warns

-- Something for each step. A step that hangs is cancelled by the timeout of its caller.
create function pg_temp.prepare(broken text) returns void language plpgsql as $$
begin
  perform set_config('pgtap.broken', broken, true);
  delete from vision_board_jobs where rank_tag = 'pgtap';
  delete from vision_board.requests;
  delete from vision_board.unsettled_accounts;
  perform tests.create_job('expired'), tests.create_job('dead'), tests.create_job('waiting'),
    tests.create_job('left', 'pending', 'ava');
  update vision_board_jobs set expires_at = now() where id = tests.id('expired');
  update vision_board_jobs set status = 'processing', lease_expires_at = now() where id = tests.id('dead');
  insert into vision_board.requests (job_id, requester, fingerprint, created_at, gone_at)
  values (tests.id('forgotten'), 'user:pgtap', '', now() - interval '26 hours', now() - interval '26 hours');
  insert into vision_board.unsettled_accounts (user_id) values (tests.id('ava'));
end
$$;
create function pg_temp.hang() returns trigger language plpgsql as $$
begin
  if current_setting('pgtap.broken') = tg_argv[0] then perform pg_sleep(60); end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
-- What is left to be done after a sweep, and the jobs that it listed.
create function pg_temp.left_undone() returns text language sql as $$
  select concat_ws(', ',
    (select 'settle' where exists (select from vision_board_jobs where id = tests.id('left'))),
    (select 'expire' where exists (select from vision_board_jobs where id = tests.id('expired'))),
    (select 'forget' where exists (select from vision_board.requests where job_id = tests.id('forgotten'))),
    (select 'revive' where (tests.job('dead')).status = 'processing'))
$$;

select tests.create_user('ava');
update auth.users set deleted_at = now() where id = tests.id('ava');
create trigger zz_settle before delete on vision_board_jobs for each row
  when (old.id = tests.id('left')) execute function pg_temp.hang('settle');
create trigger zz_expire before delete on vision_board_jobs for each row
  when (old.id = tests.id('expired')) execute function pg_temp.hang('expire');
create trigger zz_forget before delete on vision_board.requests for each row
  when (old.job_id = tests.id('forgotten')) execute function pg_temp.hang('forget');
create trigger zz_revive before update on vision_board_jobs for each row
  when (old.id = tests.id('dead') and new.status = 'pending') execute function pg_temp.hang('revive');
create temporary table swept (job_id uuid);

select pg_temp.prepare('nothing');
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(pg_temp.left_undone(), '', 'a sweep does it all');

select pg_temp.prepare('settle');
set local statement_timeout = '200ms';
insert into swept select s.job_id from sweep_vision_board_jobs('15 minutes', 1000000) as s;
reset statement_timeout;
select is(pg_temp.left_undone(), 'settle', 'accounts that cannot be settled keep no other step waiting');
select ok(exists (select from swept where job_id = tests.id('waiting')), 'jobs are dispatched all the same');

select pg_temp.prepare('expire');
set local statement_timeout = '200ms';
select sweep_vision_board_jobs('15 minutes', 1000000);
reset statement_timeout;
select is(pg_temp.left_undone(), 'expire', 'nor do rows that cannot be deleted');

select pg_temp.prepare('forget');
set local statement_timeout = '200ms';
select sweep_vision_board_jobs('15 minutes', 1000000);
reset statement_timeout;
select is(pg_temp.left_undone(), 'forget', 'nor do requests that cannot be forgotten');

select pg_temp.prepare('revive');
truncate swept;
set local statement_timeout = '200ms';
insert into swept select s.job_id from sweep_vision_board_jobs('15 minutes', 1000000) as s;
reset statement_timeout;
select is(pg_temp.left_undone(), 'revive', 'nor do jobs that cannot be revived');
select ok(exists (select from swept where job_id = tests.id('waiting')), 'jobs are dispatched then, too');

select pg_temp.prepare('nothing');
select sweep_vision_board_jobs('15 minutes', 1000000);
select is(pg_temp.left_undone(), '', 'the next sweep does what was left');

-- a sign-up whose hand-over takes longer than a sign-up may
select tests.owner_of_new_row('ben@pgtap.test');
create function pg_temp.hang_always() returns trigger language plpgsql as $$
begin perform pg_sleep(60); return new; end
$$;
create trigger zz_hang before update on vision_board_jobs for each row
  when (new.email = 'ben@pgtap.test') execute function pg_temp.hang_always();
set local statement_timeout = '200ms';
select lives_ok($$ select tests.create_user('ben') $$, 'a sign-up that its hand-over delays succeeds');
reset statement_timeout;
rollback;
