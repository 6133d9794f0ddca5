begin;
create extension if not exists pgtap with schema extensions;
select plan(18);

insert into auth.users (id, email, email_confirmed_at) values ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now());
create function pg_temp.ask(
  person uuid, address text, key text default null, goal text default 'Run', active integer default 100, daily integer default 100
) returns table (outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer) as $$
  select * from public.create_vision_board_job(
    person, address, jsonb_build_array(goal), 'Ava', '@ava', 'dark', key, active, daily, 30)
$$ language sql;
create temporary table answers (who text, outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer);
grant all on answers to service_role;

set local role service_role;
insert into answers select 'ava', * from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'k', 'Run');
insert into answers select 'guest', * from pg_temp.ask(null, 'ava@pgtap.test', 'k', 'Run');
select is(outcome, 'created', 'a guest with her address, her key and her request makes another job') from answers where who = 'guest';
select isnt((select id from answers where who = 'guest'), (select id from answers where who = 'ava'), 'and does not learn hers');
select is((select user_id from public.vision_board_jobs where id = (select id from answers where who = 'guest')), '0a000000-0000-4000-8000-000000000001', 'it is hers to read');
select pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'm', 'Run');
select is(outcome, 'created', 'a guest with her address, her key and another request is not told that she used the key') from pg_temp.ask(null, 'ava@pgtap.test', 'm', 'Swim');
select is(outcome, 'created', 'nor can a guest use up a key before her') from pg_temp.ask(null, 'ava@pgtap.test', 'n', 'Swim');
select is(outcome, 'created', 'she uses it all the same') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'n', 'Run');
select results_eq($$ select outcome, id from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', 'k', 'Run') $$,
  $$ select 'replayed', id from answers where who = 'ava' $$, 'her own key still finds her own job');

select is(outcome, 'created', 'four jobs of guests leave her limit of running jobs alone')
from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', active => 4);
select is(outcome, 'too_many_active_jobs', 'which is hers to use up') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', active => 4);
select is(outcome, 'daily_limit_reached', 'so is the daily one') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', daily => 4);
select is(outcome, 'created', 'and not a guest''s') from pg_temp.ask('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', daily => 5);
select is(outcome, 'too_many_active_jobs', 'guests share the limits of an address') from pg_temp.ask(null, 'AVA@pgtap.test', active => 2);
select is(outcome, 'daily_limit_reached', 'both, however they write it') from pg_temp.ask(null, 'Ava@PgTap.test', daily => 2);

insert into answers select 'new', * from pg_temp.ask(null, 'new@pgtap.test', 'n', 'Run');
select results_eq($$ select outcome, id from pg_temp.ask(null, 'New@PgTap.test', 'n', 'Run') $$, $$ select 'replayed', id from answers where who = 'new' $$, 'a guest''s own key replays');
select is(outcome, 'idempotency_key_reused', 'for the same request only') from pg_temp.ask(null, 'new@pgtap.test', 'n', 'Swim');
reset role;
insert into auth.users (id, email, email_confirmed_at) values ('0e000000-0000-4000-8000-000000000001', 'new@pgtap.test', now());
set local role service_role;
select is((select user_id from public.vision_board_jobs where id = (select id from answers where who = 'new')), '0e000000-0000-4000-8000-000000000001', 'the guest signs up and owns the job');
select results_eq($$ select outcome, id from pg_temp.ask(null, 'new@pgtap.test', 'n', 'Run') $$, $$ select 'replayed', id from answers where who = 'new' $$, 'a late replay still finds it');
select is_empty($$ select from vision_board.requests where requester like '%@%' $$, 'the ledger of who asked keeps no address');

select * from finish();
rollback;
