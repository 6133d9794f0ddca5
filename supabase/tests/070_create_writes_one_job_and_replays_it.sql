begin;
create extension if not exists pgtap with schema extensions;
select plan(15);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()), ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now());
create function pg_temp.ask(
  person uuid, address text, key text default null, goal text default 'Run', active integer default 100, daily integer default 100
) returns table (outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer) as $$
  select * from public.create_vision_board_job(
    person, address, jsonb_build_array(goal), 'Ava', '@ava', 'dark', key, active, daily, 30)
$$ language sql;
create temporary table answers (n int, outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer);
grant all on answers to service_role;

set local role service_role;
insert into answers select 1, * from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'k');
select results_eq('select outcome, created_at, expires_at, retry_after from answers',
  $$ select 'created', now(), now() + interval '30 days', 0 $$, 'a request is accepted');
select results_eq($$
  select user_id, email, goals, name, rank_tag, theme, idempotency_key, status, attempts, dispatch_count, dispatched_at, expires_at
  from public.vision_board_jobs where id = (select id from answers)
$$, $$
  values ('0a000000-0000-4000-8000-000000000001'::uuid, 'ava@pgtap.test', '["Run"]'::jsonb, 'Ava', '@ava', 'dark', 'k',
          'pending', 0, 0, null::timestamptz, now() + interval '30 days')
$$, 'as it was asked for, and waits to be dispatched');

insert into answers select 2, * from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'k');
select is(outcome, 'replayed', 'the same key and request again is a replay') from answers where n = 2;
select is((select id from answers where n = 2), (select id from answers where n = 1), 'of the same job');
select is((select (created_at, expires_at)::text from answers where n = 2), (select (created_at, expires_at)::text from answers where n = 1), 'with the same times');
select is((select count(*) from public.vision_board_jobs where email = 'ava@pgtap.test'), 1::bigint, 'there is one row');
select is(outcome, 'replayed', 'a replay is answered whatever the limits')
from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'k', active => 0, daily => 0);
select is(outcome, 'replayed', 'a change of the address does not make it another request')
from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava.new@pgtap.test', 'k');

select is(outcome, 'idempotency_key_reused', 'the same key for another request is refused')
from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'k', 'Swim');
select is(outcome, 'idempotency_key_reused', 'also if only ' || what || ' differs')
from (values ('the name', 'Eve', '@ava', 'dark'), ('the absence of a tag', 'Ava', null, 'dark'), ('the theme', 'Ava', '@ava', 'light')) as other(what, name, tag, theme),
  public.create_vision_board_job('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', '["Run"]', other.name, tag, other.theme, 'k', 9, 9, 30);

select results_eq($$ select outcome, id = (select id from answers where n = 1) from pg_temp.ask('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', 'k') $$,
  $$ values ('created', false) $$, 'another user''s same key is another job');
select is(outcome, 'created', 'another key is another job') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'l');
select is(array_agg(outcome), array['created', 'created'], 'without a key every request is')
from (select (pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test')).outcome from generate_series(1, 2)) as two;

select * from finish();
rollback;
