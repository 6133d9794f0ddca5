begin;
select plan(9);

insert into vision_board_jobs (id, name, rank_tag, goals, status, attempts, dispatch_count, dispatched_at,
  qstash_message_id, lease_token, lease_expires_at, started_at, updated_at)
select tests.id(name), name, 'pgtap', '["Run"]', 'processing', 2, 1, now() - interval '5 minutes',
  'm1', token, now() + lease, now() - interval '3 minutes', now() - age
from (values
  ('dead',                 interval '-1 second', gen_random_uuid(), interval '3 minutes'),
  ('alive',                '1 second',           gen_random_uuid(), '3 minutes'),
  ('without a lease',      null,                 null,              '14 minutes'),
  ('long without a lease', null,                 null,              '16 minutes')
) as jobs(name, lease, token, age);
create temporary table before as select tests.job('alive') as job;
grant select on before to service_role;

create function pg_temp.sweep() returns table (name text, dispatch_count integer, waiting_message_id text)
language sql as $$
  select j.name, s.dispatch_count, s.waiting_message_id
  from sweep_vision_board_jobs('15 minutes', 1000000) as s join vision_board_jobs as j on j.id = s.job_id
  where j.rank_tag = 'pgtap' order by j.name
$$;

set local role service_role;
select results_eq('select * from pg_temp.sweep()',
  $$ values ('dead', 1, null::text), ('long without a lease', 1, null) $$,
  'a job whose lease ran out is listed at once; QStash cannot hold a message of it');
select results_eq($$
  select status, attempts, dispatch_count, dispatched_at, lease_token, lease_expires_at, started_at
  from tests.job('dead')
$$, $$
  values ('pending', 2, 1, null::timestamptz, null::uuid, null::timestamptz, null::timestamptz)
$$, 'it waits to be dispatched and keeps its counts');
select is(tests.job('alive')::text, job::text, 'a job with a live lease stays as it is') from before;
select is((tests.job('without a lease')).status, 'processing', 'a job without a lease has 15 minutes');
select is((tests.job('long without a lease')).status, 'pending', 'after that it is revived too');

select ok(record_vision_board_dispatch(tests.id('dead'), 2, 'm3'), 'the revived job is dispatched');
select is(outcome || ' ' || attempt, 'claimed 3', 'the revived job is claimed again')
from claim_vision_board_job(tests.id('dead'), 150, 12, 2, 'm3');
select is_empty($$ select from pg_temp.sweep() where name = 'dead' $$, 'the next sweep does not list it');

-- as for a table that was analysed while it was empty: a plan that runs the limited query again for each row
set local enable_hashjoin = off;
set local enable_hashagg = off;
set local enable_sort = off;
set local enable_material = off;
insert into vision_board_jobs (rank_tag, goals, status, lease_token, lease_expires_at)
select 'many', '["Run"]', 'processing', gen_random_uuid(), now() - interval '1 hour'
from generate_series(1, 5);
select sweep_vision_board_jobs('15 minutes', 2);
select cmp_ok(count(*), '<=', 2::bigint, 'a sweep revives no more jobs than its limit')
from vision_board_jobs where rank_tag = 'many' and status = 'pending';
rollback;
