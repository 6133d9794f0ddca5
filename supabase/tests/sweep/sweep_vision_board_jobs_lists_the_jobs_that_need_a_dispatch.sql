begin;
select plan(8);

insert into vision_board_jobs (name, rank_tag, goals, created_at, updated_at, dispatched_at, dispatch_count,
  qstash_message_id, status, image_url, error_message)
select name, 'pgtap', '["Run"]', now() - created, now() - updated, now() - dispatched, count, message, status,
  case status when 'complete' then 'https://example.test/i.jpg' end,
  case status when 'failed' then 'No luck.' end
from (values
  ('never dispatched',      interval '1 second', interval '1 second', null::interval, 0, null, 'pending'),
  ('just dispatched',       '20 minutes',        '1 minute',          '1 minute',     1, 'm1', 'pending'),
  ('released just now',     '20 minutes',        '1 minute',          '20 minutes',   1, 'm2', 'pending'),
  ('silent for 14 minutes', '14 minutes',        '14 minutes',        '14 minutes',   1, 'm3', 'pending'),
  ('silent for 16 minutes', '16 minutes',        '16 minutes',        '16 minutes',   2, 'm4', 'pending'),
  ('silent for two days',   '2 days',            '2 days',            '2 days',       3, 'm5', 'pending'),
  ('complete',              '2 days',            '2 days',            null,           0, null, 'complete'),
  ('failed',                '2 days',            '2 days',            null,           0, null, 'failed')
) as jobs(name, created, updated, dispatched, count, message, status);

create function pg_temp.sweep(stale_after interval default '15 minutes')
returns table (name text, dispatch_count integer, waiting_message_id text) language sql as $$
  select j.name, s.dispatch_count, s.waiting_message_id
  from sweep_vision_board_jobs(stale_after, 1000000) as s join vision_board_jobs as j on j.id = s.job_id
  where j.rank_tag = 'pgtap' order by j.name
$$;

set local role service_role;
select results_eq('select * from pg_temp.sweep()', $$ values
  ('never dispatched', 0, null),
  ('released just now', 1, 'm2'), -- which QStash then says it still holds
  ('silent for 16 minutes', 2, 'm4'),
  ('silent for two days', 3, null)
$$, 'jobs without a dispatch or with an old one are listed, with the message that QStash may still hold');
select results_eq($$ select name from pg_temp.sweep(stale_after => '10 minutes') $$, array[
  'never dispatched', 'released just now', 'silent for 14 minutes', 'silent for 16 minutes',
  'silent for two days'
], 'the caller may set another limit of silence');
select is(count(*), 4::bigint, 'a job is listed until its dispatch is recorded') from pg_temp.sweep();

select ok(record_vision_board_dispatch(id, dispatch_count + 1, 'new'),
  format('a new dispatch of the job %s is recorded', name))
from vision_board_jobs
where rank_tag = 'pgtap' and status = 'pending' and name not in ('just dispatched', 'silent for 14 minutes');
select is_empty('select * from pg_temp.sweep()', 'then no job is listed');
rollback;
