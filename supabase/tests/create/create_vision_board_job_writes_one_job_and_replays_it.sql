begin;
select plan(18);

select tests.create_user('ava'), tests.create_user('ben');
create temporary table first as select * from tests.request_job('ava', key => 'k');
grant select on first to service_role;

set local role service_role;
select results_eq('select outcome, created_at, expires_at, retry_after from first',
  $$ select 'created', now(), now() + interval '30 days', 0 $$, 'a request creates a job');
select results_eq($$
  select user_id, email, goals, name, rank_tag, theme, idempotency_key, status, attempts, dispatch_count,
    dispatched_at, expires_at
  from vision_board_jobs where id = (select id from first)
$$, $$
  values (tests.id('ava'), 'ava@pgtap.test', '["Run"]'::jsonb, 'Ava', '@ava', 'dark', 'k', 'pending', 0, 0,
    null::timestamptz, now() + interval '30 days')
$$, 'the job says what was asked for and waits to be dispatched');

select is(again.outcome, 'replayed', 'the same key and request again is a replay')
from tests.request_job('ava', key => 'k') as again;
select is(again.id, first.id, 'a replay answers with the same job')
from tests.request_job('ava', key => 'k') as again, first;
select is((again.created_at, again.expires_at)::text, (first.created_at, first.expires_at)::text,
  'a replay answers with the same times')
from tests.request_job('ava', key => 'k') as again, first;
select is(count(*), 1::bigint, 'replays write no row') from vision_board_jobs where email = 'ava@pgtap.test';
select is(outcome, 'replayed', 'the limits do not stop a replay')
from tests.request_job('ava', key => 'k', max_active => 0, max_daily => 0);
select is(outcome, 'replayed', 'another address of the same user does not make it another request')
from tests.request_job('ava', 'ava.new@pgtap.test', key => 'k');

select is(outcome, 'idempotency_key_reused', 'the same key with other goals is refused')
from tests.request_job('ava', key => 'k', goal => 'Swim');
select is(outcome, 'idempotency_key_reused', 'the same key with ' || what || ' is refused')
from (values
    ('another name', 'Eve', '@ava', 'dark'), ('no rank tag', 'Ava', null, 'dark'),
    ('another theme', 'Ava', '@ava', 'light')
  ) as other(what, name, tag, theme),
  create_vision_board_job(
    tests.id('ava'), 'ava@pgtap.test', '["Run"]', other.name, tag, other.theme, 'k', 9, 9, 30);

select results_eq($$ select outcome, id = (select id from first) from tests.request_job('ben', key => 'k') $$,
  $$ values ('created', false) $$, 'the same key of another user creates another job');
select is(outcome, 'created', 'another key creates another job') from tests.request_job('ava', key => 'l');
select is(outcome, 'created', 'a request without a key creates a job') from tests.request_job('ava');
select is(outcome, 'created', 'the same request without a key creates another') from tests.request_job('ava');

select throws_ok($$ select tests.request_job(null) $$, '22023', null, 'a request of nobody is refused');
select throws_ok($$
  select create_vision_board_job(null, 'ava@pgtap.test', '[]', null, null, 'light', null, 3, 20, 30)
$$, '23514', null, 'a request without goals is refused');
rollback;
