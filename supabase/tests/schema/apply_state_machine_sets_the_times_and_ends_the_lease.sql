begin;
select plan(7);

insert into vision_board_jobs (goals, rank_tag, updated_at, status, lease_token, lease_expires_at) values
  ('["Run"]', 'pgtap', '2001-01-01', 'processing', gen_random_uuid(), now()),
  ('["Run"]', 'pgtap', '2001-01-01', 'pending', null, null);

set local role service_role;
update vision_board_jobs set updated_at = '1999-01-01' where rank_tag = 'pgtap';
select is(updated_at, now(), 'updated_at is now, whatever the writer says')
from vision_board_jobs where rank_tag = 'pgtap';
select is(finished_at, null, format('a %s job has no finished_at', status))
from vision_board_jobs where rank_tag = 'pgtap';

update vision_board_jobs set status = 'complete', image_url = 'https://example.test/i.jpg'
where rank_tag = 'pgtap' and status = 'processing';
update vision_board_jobs set status = 'failed', error_message = 'No luck.'
where rank_tag = 'pgtap' and status = 'pending';
select is(finished_at, now(), format('a %s job has finished now', status))
from vision_board_jobs where rank_tag = 'pgtap';
select is_empty($$
  select from vision_board_jobs
  where rank_tag = 'pgtap' and (lease_token is not null or lease_expires_at is not null)
$$, 'a job that has ended has no lease');
rollback;
