begin;
select plan(13);

select tests.create_job('job');
select tests.create_job('complete', 'complete'), tests.create_job('failed', 'failed');
create temporary table claims as
  select 1 as n, c.* from claim_vision_board_job(tests.id('job'), 150, 12, 1, 'm1') as c;
grant all on claims to service_role;

set local role service_role;
select results_eq('select outcome, attempt, goals, theme, created_at from claims',
  $$ select 'claimed', 1, '["Run"]'::jsonb, 'light', now() $$, 'a claim answers with what is to be drawn');
select results_eq($$
  select status, attempts, lease_token, lease_expires_at, started_at, dispatch_count, dispatched_at,
    qstash_message_id
  from tests.job('job')
$$, $$
  select 'processing', 1, lease_token, now() + interval '150 seconds', now(), 1, now(), 'm1' from claims
$$, 'the row has the lease and the dispatch that has arrived');
select is(path, format('%s/%s.jpg', tests.id('job'), lease_token), 'the lease token is in the path')
from claims;

insert into claims select 2, c.* from claim_vision_board_job(tests.id('job'), 150, 12, 1, 'm2') as c;
select results_eq('select outcome, retry_after, lease_token, path, goals from claims where n = 2',
  $$ values ('busy', 150, null::uuid, null::text, null::jsonb) $$,
  'while the lease lives, the next worker learns only when to come again');
select results_eq($$ select lease_token, attempts, qstash_message_id from tests.job('job') $$,
  $$ select lease_token, 1, 'm1' from claims where n = 1 $$, 'it changes nothing');

update vision_board_jobs set lease_expires_at = now() where id = tests.id('job');
insert into claims select 3, c.* from claim_vision_board_job(tests.id('job'), 150, 12) as c;
select results_eq('select outcome, attempt from claims where n = 3', $$ values ('claimed', 2) $$,
  'a lease that has run out is taken over');
select isnt(c3.lease_token, c1.lease_token, 'the second attempt has a token of its own')
from claims as c1, claims as c3 where c1.n = 1 and c3.n = 3;
select isnt(c3.path, c1.path, 'the second attempt has a path of its own')
from claims as c1, claims as c3 where c1.n = 1 and c3.n = 3;
select results_eq($$
  select path, removable_at from vision_board.unreferenced_boards
  where path in (select path from claims)
$$, $$ select path, now() + interval '10 minutes' from claims where n = 1 $$,
  'the path of the first attempt is left to the sweep, ten minutes after its lease');
select is((tests.job('job')).qstash_message_id, 'm1', 'a delivery without a message id keeps the last one');

select is(outcome, job, format('a %s job cannot be claimed', job))
from unnest(array['complete', 'failed']) as job, claim_vision_board_job(tests.id(job), 150, 12);
select is(outcome, 'gone', 'a deleted job is gone') from claim_vision_board_job(tests.id('no job'), 150, 12);
rollback;
