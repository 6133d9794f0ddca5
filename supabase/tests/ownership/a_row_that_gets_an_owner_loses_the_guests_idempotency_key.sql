begin;
select plan(9);

select tests.create_user('ava'), tests.create_user('ben', confirmed => false);
create function pg_temp.insert_job(owner text, address text, goal text, key text) returns text
language sql as $$
  select format(
    'insert into vision_board_jobs (user_id, email, goals, idempotency_key) values (%L, %L, %L, %L)',
    tests.id(owner), address, jsonb_build_array(goal), key)
$$;

set local role service_role;
insert into vision_board_jobs (user_id, goals, idempotency_key) values
  (tests.id('ava'), '["Run"]', 'k'), (tests.id('ava'), '["Read"]', 'l'), (tests.id('ben'), '["Run"]', 'k');
insert into vision_board_jobs (email, goals, idempotency_key) values
  ('ben@pgtap.test', '["Swim"]', 'k'), ('ben@pgtap.test', '["Dive"]', 'l'),
  ('ben@pgtap.test', '["Sing"]', null);

select throws_ok(pg_temp.insert_job('ava', null, 'Swim', 'k'), '23505', null,
  'an owner has one row with one key');
select throws_ok(pg_temp.insert_job(null, 'Ben@pgtap.test', 'Read', 'k'), '23505', null,
  'the guests of an address have one row with one key');
select throws_ok(format($$
  update vision_board_jobs set idempotency_key = 'k' where idempotency_key = 'l' and %s
$$, condition), '23505', null, format('%s cannot change another key to it', who))
from (values
  ('an owner', format('user_id = %L', tests.id('ava'))), ('a guest', $$email = 'ben@pgtap.test'$$)
) as cases(who, condition);

select lives_ok(pg_temp.insert_job(null, 'ava@pgtap.test', 'Swim', 'k'),
  'a guest''s row is written though its key is taken in the account of its address');
select results_eq($$
  select user_id, idempotency_key from vision_board_jobs where email = 'ava@pgtap.test'
$$, $$ values (tests.id('ava'), null::text) $$, 'it has an owner and no key');

reset role;
select lives_ok($$ update auth.users set email_confirmed_at = now() where id = tests.id('ben') $$,
  'an address may be confirmed though a key of its rows is taken in its account');
select bag_eq($$
  select goals ->> 0, user_id, idempotency_key from vision_board_jobs where email = 'ben@pgtap.test'
$$, $$
  select goal, tests.id('ben'), null from unnest(array['Swim', 'Dive', 'Sing']) as goal
$$, 'its rows have an owner and no key');
select is(count(*), 4::bigint, 'the account has its own row too')
from vision_board_jobs where user_id = tests.id('ben');
rollback;
