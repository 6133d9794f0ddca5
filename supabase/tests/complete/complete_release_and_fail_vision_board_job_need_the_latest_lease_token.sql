begin;
select plan(19);

select tests.create_job('job');
create temporary table leases (worker text, token uuid);
grant all on leases to service_role;
create function pg_temp.claim(worker text) returns void language sql as $$
  insert into leases select worker, lease_token from claim_vision_board_job(tests.id('job'), 150, 12)
$$;
create function pg_temp.expire_lease() returns void language sql as $$
  update vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = tests.id('job')
$$;
create function pg_temp.finish_with(token uuid) returns text language plpgsql as $$
begin -- one statement each, as they come
  return concat_ws(' ',
    complete_vision_board_job(tests.id('job'), token, 'late/1.jpg', 'https://example.test/late'),
    release_vision_board_job(tests.id('job'), token),
    fail_vision_board_job(tests.id('job'), token, 'late', 'Too late.'));
end
$$;
create function pg_temp.remember_row() returns text language sql as $$
  select set_config('tests.row', tests.job('job')::text, true)
$$;
create function pg_temp.row_is_unchanged() returns boolean language sql as $$
  select tests.job('job')::text = current_setting('tests.row')
$$;

set local role service_role;
select pg_temp.claim('A'), pg_temp.expire_lease(), pg_temp.claim('B');
select pg_temp.remember_row();
select is(pg_temp.finish_with(token), 'stale stale stale', 'A is stale when B has taken over its lease')
from leases where worker = 'A';
select is(pg_temp.finish_with(gen_random_uuid()), 'stale stale stale', 'a token that never was is stale');
select is(pg_temp.finish_with(null), 'stale stale stale', 'no token is stale');
select ok(pg_temp.row_is_unchanged(), 'the row is as B has it');

select is(release_vision_board_job(tests.id('job'), token), 'released', 'B releases the job')
from leases where worker = 'B';
select results_eq($$
  select status, lease_token, lease_expires_at, started_at, attempts, dispatch_count from tests.job('job')
$$, $$
  values ('pending', null::uuid, null::timestamptz, null::timestamptz, 2, 1)
$$, 'it waits for the next attempt');
select pg_temp.remember_row();
select is(pg_temp.finish_with(token), 'stale stale stale', worker || ' is stale when the job is released')
from leases order by worker;
select is(pg_temp.finish_with(null), 'stale stale stale', 'no token is stale, though the job has none');
select ok(pg_temp.row_is_unchanged(), 'the job still waits');

select pg_temp.claim('C'), pg_temp.expire_lease();
select is(count(*), 1::bigint, 'C falls silent, and the sweep revives the job')
from sweep_vision_board_jobs('15 minutes', 1000000) where job_id = tests.id('job');
select is(pg_temp.finish_with(token), 'stale stale stale', 'C is stale when it wakes up')
from leases where worker = 'C';

select pg_temp.claim('D'), pg_temp.expire_lease();
select is(complete_vision_board_job(tests.id('job'), token, 'd/1.jpg', 'https://example.test/d'), 'complete',
  'D completes the job after its lease, for nobody took it over')
from leases where worker = 'D';
select results_eq($$
  select status, image_storage_path, image_url, lease_token, finished_at, error_code from tests.job('job')
$$, $$
  select 'complete', 'd/1.jpg', 'https://example.test/d', null::uuid, now(), null::text
$$, 'the job is complete');
select pg_temp.remember_row();
select is(pg_temp.finish_with(token), 'stale stale stale', worker || ' is stale when the job is complete')
from leases order by worker;
select ok(pg_temp.row_is_unchanged(), 'the row is as D left it');
rollback;
