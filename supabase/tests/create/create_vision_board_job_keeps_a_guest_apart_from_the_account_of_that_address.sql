begin;
select plan(18);

select tests.create_user('ava');
create temporary table jobs (who text, outcome text, id uuid);
grant all on jobs to service_role;

set local role service_role;
insert into jobs select 'ava', outcome, id from tests.request_job('ava', key => 'k');
insert into jobs select 'guest', outcome, id from tests.request_job(null, 'ava@pgtap.test', key => 'k');
select is(outcome, 'created', 'a guest with her address, key and request creates another job')
from jobs where who = 'guest';
select isnt(guest.id, ava.id, 'the guest does not learn the id of her job')
from jobs as guest, jobs as ava where guest.who = 'guest' and ava.who = 'ava';
select is(user_id, tests.id('ava'), 'the guest''s job is hers to read')
from vision_board_jobs as j join jobs using (id) where who = 'guest';

select tests.request_job('ava', key => 'm');
select is(outcome, 'created', 'a guest is not told that she has used a key')
from tests.request_job(null, 'ava@pgtap.test', key => 'm', goal => 'Swim');
select is(outcome, 'created', 'a guest may use a key before she does')
from tests.request_job(null, 'ava@pgtap.test', key => 'n', goal => 'Swim');
select is(outcome, 'created', 'she may use that key all the same') from tests.request_job('ava', key => 'n');
select results_eq($$ select outcome, id from tests.request_job('ava', key => 'k') $$,
  $$ select 'replayed', id from jobs where who = 'ava' $$, 'her own key still finds her own job');

-- She has three jobs now, and the guest has three.
select is(outcome, 'created', 'the guest''s jobs do not count for her limit of running jobs')
from tests.request_job('ava', max_active => 4);
select is(outcome, 'too_many_active_jobs', 'her own jobs count for it')
from tests.request_job('ava', max_active => 4);
select is(outcome, 'daily_limit_reached', 'her own jobs count for her daily limit')
from tests.request_job('ava', max_daily => 4);
select is(outcome, 'created', 'the guest''s jobs do not count for her daily limit')
from tests.request_job('ava', max_daily => 5);
select is(outcome, 'too_many_active_jobs', 'the guests of an address share its limit of running jobs')
from tests.request_job(null, 'AVA@pgtap.test', max_active => 2);
select is(outcome, 'daily_limit_reached', 'the guests of an address share its daily limit, in any case')
from tests.request_job(null, 'Ava@PgTap.test', max_daily => 2);

insert into jobs select 'new', outcome, id from tests.request_job(null, 'new@pgtap.test', key => 'n');
select results_eq($$ select outcome, id from tests.request_job(null, 'New@PgTap.test', key => 'n') $$,
  $$ select 'replayed', id from jobs where who = 'new' $$, 'a guest''s own key replays');
select is(outcome, 'idempotency_key_reused', 'a guest''s own key with other goals is refused')
from tests.request_job(null, 'new@pgtap.test', key => 'n', goal => 'Swim');
reset role;
select tests.create_user('new');
set local role service_role;
select is(user_id, tests.id('new'), 'a guest who signs up owns the job')
from vision_board_jobs as j join jobs using (id) where who = 'new';
select results_eq($$ select outcome, id from tests.request_job(null, 'new@pgtap.test', key => 'n') $$,
  $$ select 'replayed', id from jobs where who = 'new' $$, 'a late replay of the guest still finds it');
select is_empty($$ select from vision_board.requests where requester like '%@%' $$,
  'vision_board.requests keeps no address');
rollback;
