begin;
select plan(6);

select tests.create_job('pending'), tests.create_job('processing'), tests.create_job('complete', 'complete'),
  tests.create_job('failed', 'failed');

set local role service_role;
select from claim_vision_board_job(tests.id('processing'), 150, 12);
select is(give_up_vision_board_job(tests.id(job), 'attempts_exhausted'), outcome,
  format('a job that is %s is %s afterwards', job, outcome))
from (values
  ('pending', 'failed'), ('processing', 'failed'), ('failed', 'failed'), ('complete', 'complete'),
  ('gone', 'gone')
) as jobs(job, outcome);

select results_eq($$
  select name, status, error_code, left(error_message, 16), lease_token, finished_at = now()
  from vision_board_jobs where rank_tag = 'pgtap' order by name
$$, $$
  values ('complete', 'complete', null, null, null::uuid, null::boolean),
         ('failed', 'failed', null, 'No luck.', null, null),
         ('pending', 'failed', 'attempts_exhausted', 'We tried several', null, true),
         ('processing', 'failed', 'attempts_exhausted', 'We tried several', null, true)
$$, 'jobs that had ended are as they were');
rollback;
