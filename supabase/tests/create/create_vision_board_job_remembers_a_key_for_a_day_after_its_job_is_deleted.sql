begin;
select plan(11);

select tests.create_user('ava');
create temporary table first as select * from tests.request_job('ava', key => 'k');
grant select on first to service_role;
create function pg_temp.pass(hours integer) returns setof record language sql as $$
  update vision_board.requests set created_at = created_at - make_interval(hours => hours),
    gone_at = gone_at - make_interval(hours => hours);
  select sweep_vision_board_jobs('15 minutes', 1000000)
$$;

set local role service_role;
delete from vision_board_jobs where id = (select id from first);
select results_eq($$ select outcome, id, created_at, expires_at from tests.request_job('ava', key => 'k') $$,
  $$ select 'replayed', id, created_at, expires_at from first $$, 'a late copy of the request is a replay');
select is(count(*), 0::bigint, 'it does not bring the job back')
from vision_board_jobs where user_id = tests.id('ava');
select is(outcome, 'idempotency_key_reused', 'another request cannot take the key')
from tests.request_job('ava', key => 'k', goal => 'Swim');

select pg_temp.pass(hours => 24);
select is(outcome, 'replayed', 'the key is known for a day') from tests.request_job('ava', key => 'k');
select pg_temp.pass(hours => 2);
select is(outcome, 'created', 'after that it is free again') from tests.request_job('ava', key => 'k');
select is(count(*), 1::bigint, 'it creates a new job') from vision_board_jobs where user_id = tests.id('ava');
select pg_temp.pass(hours => 20 * 24);
select is(outcome, 'replayed', 'a key is known for as long as its job is there')
from tests.request_job('ava', key => 'k');

delete from vision_board_jobs where user_id = tests.id('ava');
select lives_ok($$
  insert into vision_board_jobs (user_id, goals, name, rank_tag, theme, idempotency_key)
  values (tests.id('ava'), '["Dive"]', 'Ava', '@ava', 'dark', 'k')
$$, 'a row written by hand may use the key of a deleted job');
select is(outcome, 'replayed', 'the key is that row''s from then on')
from tests.request_job('ava', key => 'k', goal => 'Dive');

reset role;
select lives_ok('truncate vision_board_jobs', 'an operator may truncate the jobs');
select is_empty('select from vision_board.requests where gone_at is null', 'all jobs count as deleted');
rollback;
