begin;
select plan(14);

select tests.create_job('job');
create temporary table attempts (worker text, lease_token uuid, path text);
grant all on attempts to service_role;
create function pg_temp.claim(worker text) returns void language sql as $$
  insert into attempts
  select worker, lease_token, path from claim_vision_board_job(tests.id('job'), 150, 12)
$$;
create function pg_temp.removable() returns text language sql as $$
  select string_agg(worker, ', ' order by worker)
  from list_removable_vision_boards(1000000) as path join attempts using (path)
$$;
create function pg_temp.pass(ago interval) returns void language sql as $$
  update vision_board.unreferenced_boards as u set removable_at = removable_at - ago
  from attempts as a where a.path = u.path;
  update vision_board_jobs set lease_expires_at = lease_expires_at - ago where id = tests.id('job');
$$;

set local role service_role;
select pg_temp.claim('A');
select is(pg_temp.removable(), null, 'the board of a running attempt stays');
select pg_temp.pass('1 hour');
select is(pg_temp.removable(), null, 'it stays after the lease, until another worker claims the job');
select pg_temp.claim('B');
select is(pg_temp.removable(), 'A', 'when B has claimed, the board of A is removable');
update vision_board.unreferenced_boards set removable_at = now() + interval '1 second'
where path = (select path from attempts where worker = 'A');
select is(pg_temp.removable(), null, 'the board of A stays for as long as A may still write it');
select pg_temp.pass('1 second');
select is(pg_temp.removable(), 'A', 'after that it is removable');

select is(complete_vision_board_job(tests.id('job'), lease_token, path, null), 'complete', 'B completes')
from attempts where worker = 'B';
select pg_temp.pass('1 day');
select is(pg_temp.removable(), 'A', 'the board that the row names stays');
select is_empty($$
  select from vision_board.unreferenced_boards where path = (select path from attempts where worker = 'B')
$$, 'it is not in the ledger any more');
insert into vision_board.unreferenced_boards (path, removable_at)
select path, now() - interval '1 hour' from attempts where worker = 'B';
select is(pg_temp.removable(), 'A', 'it stays even if it is in the ledger');

select lives_ok($$
  select forget_vision_boards(array(select path from attempts where worker = 'A'))
$$, 'forget_vision_boards is told that the board of A was removed');
select is(pg_temp.removable(), null, 'it is not listed again');

delete from vision_board_jobs where id = tests.id('job');
select is(pg_temp.removable(), 'B', 'the board of a deleted row is removable at once');
select tests.create_job('job');
select pg_temp.claim('C');
delete from vision_board_jobs where id = tests.id('job');
select is(pg_temp.removable(), 'B', 'the board of a row that is deleted during an attempt stays');
select pg_temp.pass('12 minutes 30 seconds');
select is(pg_temp.removable(), 'B, C', 'ten minutes after the lease it is removable');
rollback;
