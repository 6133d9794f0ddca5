begin;
select plan(38);

select tests.create_user('ava');
select tests.create_job('complete', 'complete', path => 'c/1.jpg'), tests.create_job('failed', 'failed');

create function pg_temp.set_column(status text, assignment text) returns text language sql as $$
  select format('update vision_board_jobs set %s where id = %L', assignment, tests.id(status))
$$;

set local role service_role;

select throws_ok(pg_temp.set_column(status, assignment), '23514',
  format('a %s job does not change any more', status), format('a %s job refuses %s', status, assignment))
from unnest(array['complete', 'failed']) as status, unnest(array[
  $$goals = '["Swim"]'$$, $$name = 'Eve'$$, $$rank_tag = '@eve'$$, $$theme = 'dark'$$,
  'attempts = attempts + 1', 'dispatch_count = dispatch_count + 1',
  'lease_token = gen_random_uuid(), lease_expires_at = now()',
  $$started_at = now() + interval '1 day'$$, $$finished_at = now() + interval '1 day'$$,
  $$image_storage_path = 'x/y.jpg'$$, $$error_code = 'other'$$, $$error_message = 'Something else.'$$
]) as assignment;

-- Ownership, expiry and the renewal of the link are not part of the outcome.
select lives_ok(pg_temp.set_column(status, assignment), format('a %s job accepts %s', status, assignment))
from unnest(array['complete', 'failed']) as status, unnest(array[
  $$user_id = tests.id('ava')$$, $$email = 'ava@pgtap.test'$$, $$expires_at = now() + interval '1 year'$$,
  $$image_url = 'https://example.test/renewed'$$, 'idempotency_key = null', 'updated_at = now()',
  'status = status'
]) as assignment;
rollback;
