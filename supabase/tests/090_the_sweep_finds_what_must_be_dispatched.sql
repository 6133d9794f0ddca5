begin;
create extension if not exists pgtap with schema extensions;
select plan(8);

insert into public.vision_board_jobs
  (name, goals, created_at, updated_at, dispatched_at, dispatch_count, qstash_message_id, status, image_url, error_message)
select who, '["Run"]', now() - created, now() - updated, now() - dispatched, count, message, status,
  case status when 'complete' then 'https://example.test/i.jpg' end, case status when 'failed' then 'No luck.' end
from (values
  ('pgtap never dispatched',                interval '1 second', interval '1 second',   null::interval,        0, null, 'pending'),
  ('pgtap just dispatched',                 '20 minutes',        '1 minute',            '1 minute',            1, 'm1', 'pending'),
  ('pgtap released a minute ago',           '20 minutes',        '1 minute',            '20 minutes',          1, 'm2', 'pending'),
  ('pgtap silent for 14 minutes',           '14 minutes',        '14 minutes',          '14 minutes',          1, 'm3', 'pending'),
  ('pgtap silent for 16 minutes',           '16 minutes',        '16 minutes',          '16 minutes',          2, 'm4', 'pending'),
  ('pgtap silent for two days',             '2 days',            '2 days',              '2 days',              3, 'm5', 'pending'),
  ('pgtap complete for long',               '2 days',            '2 days',              null,                  0, null, 'complete'),
  ('pgtap failed for long',                 '2 days',            '2 days',              null,                  0, null, 'failed')
) as jobs(who, created, updated, dispatched, count, message, status);

create function pg_temp.swept(stale interval default '15 minutes') returns table (name text, dispatch_count integer, waiting_message_id text) as $$
  select j.name, s.dispatch_count, s.waiting_message_id
  from public.sweep_vision_board_jobs(1000000, stale) as s join public.vision_board_jobs as j on j.id = s.job_id
  where j.name like 'pgtap %' order by j.name
$$ language sql;

set local role service_role;
select results_eq('select * from pg_temp.swept()', $$ values
  ('pgtap never dispatched', 0, null),
  ('pgtap released a minute ago', 1, 'm2'), -- which QStash then says it still holds
  ('pgtap silent for 16 minutes', 2, 'm4'),
  ('pgtap silent for two days', 3, null)
$$, 'what waits in the outbox, and what was dispatched long ago: with its message, as long as QStash may still have it');
select results_eq('select name from pg_temp.swept(''10 minutes'')', array[
  'pgtap never dispatched', 'pgtap released a minute ago', 'pgtap silent for 14 minutes', 'pgtap silent for 16 minutes', 'pgtap silent for two days'
], 'how long is long can be said');
select is((select count(*) from pg_temp.swept()), 4::bigint, 'looking does not change it: the dispatch itself is noted when QStash has accepted it');

select ok(public.record_vision_board_dispatch(id, dispatch_count + 1, 'new'), name || ' is dispatched')
from public.vision_board_jobs where name in ('pgtap never dispatched', 'pgtap released a minute ago', 'pgtap silent for 16 minutes', 'pgtap silent for two days') order by name;
select is_empty('select * from pg_temp.swept()', 'then there is nothing to do');

select * from finish();
rollback;
