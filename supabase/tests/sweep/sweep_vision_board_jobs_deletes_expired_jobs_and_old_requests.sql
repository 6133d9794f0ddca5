begin;
select plan(8);

select tests.create_job('complete', 'complete', path => 'pgtap/1.jpg'), tests.create_job('pending'),
  tests.create_job('fresh', 'complete'), tests.create_job('kept', 'complete'), tests.create_job('running');
update vision_board_jobs as j set expires_at = now() + lifetime
from (values ('complete', interval '0'), ('pending', '-1 day'), ('fresh', '1 second')) as jobs(name, lifetime)
where j.id = tests.id(jobs.name);
insert into vision_board.requests (job_id, requester, fingerprint, created_at, gone_at)
select tests.id(job), 'user:pgtap', '', now() - interval '26 hours', now() - ago
from (values ('gone for 26 hours', interval '26 hours'), ('gone for 24 hours', '24 hours'), ('running', null))
  as requests(job, ago);

set local role service_role;
create temporary table swept as select * from sweep_vision_board_jobs('15 minutes', 1000000);
select bag_eq($$ select name from vision_board_jobs where rank_tag = 'pgtap' $$,
  array['fresh', 'kept', 'running'], 'expired jobs are deleted, whatever their status');
select is_empty($$ select from swept where job_id = tests.id('pending') $$,
  'an expired job is not dispatched');
select results_eq($$
  select path from list_removable_vision_boards(1000000) as path where path like 'pgtap/%'
$$, array['pgtap/1.jpg'], 'the board of a deleted job may be removed at once');
select is(exists (select from vision_board.requests where job_id = tests.id(job)), kept,
  format('the request of a job that is %s is kept: %s', job, kept))
from (values
  ('gone for 26 hours', false), ('gone for 24 hours', true), ('running', true)
) as jobs(job, kept);

insert into vision_board_jobs (rank_tag, goals, expires_at)
select 'thousand', '["Run"]', now() - interval '2 days' from generate_series(1, 1100);
select sweep_vision_board_jobs('15 minutes');
select is(count(*), 100::bigint, 'a sweep deletes a thousand jobs unless it is told another limit')
from vision_board_jobs where rank_tag = 'thousand';

-- as for a table that was analysed while it was empty: a plan that runs the limited query again for each row
set local enable_hashjoin = off;
set local enable_hashagg = off;
set local enable_sort = off;
set local enable_material = off;
insert into vision_board_jobs (rank_tag, goals, expires_at)
select 'many', '["Run"]', now() - interval '1 hour' from generate_series(1, 5);
select sweep_vision_board_jobs('15 minutes', 2);
select cmp_ok(count(*), '>=', 3::bigint, 'a sweep deletes no more jobs than its limit')
from vision_board_jobs where rank_tag = 'many';
rollback;
