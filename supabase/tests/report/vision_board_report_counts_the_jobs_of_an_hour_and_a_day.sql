begin;
select plan(10);

delete from vision_board_jobs;
create function pg_temp.report(part text) returns text language sql as $$
  select vision_board_report() #>> string_to_array(part, '.')
$$;
select is(pg_temp.report('hour') || ' ' || pg_temp.report('pending'), concat_ws(' ',
  '{"failed": 0, "pending": 0, "complete": 0, "failures": {}, "processing": 0, "p50_seconds": null,',
  '"p95_seconds": null} {"jobs": 0, "oldest_seconds": null, "never_dispatched": 0}'),
  'a table without rows gives zeros');

insert into vision_board_jobs
  (goals, status, created_at, finished_at, dispatched_at, image_url, error_code, error_message)
select '["Run"]', status, now() - age, now() - age + took, now() - dispatched,
  case status when 'complete' then 'https://example.test/i.jpg' end, code,
  case status when 'failed' then 'No luck.' end
from (values
  ('complete',   interval '1 minute',   interval '2 seconds',   null::interval, null),
  ('complete',   interval '2 minutes',  interval '4 seconds',   null, null),
  ('complete',   interval '50 minutes', interval '30 seconds',  null, null),
  ('complete',   interval '2 hours',    interval '100 seconds', null, null),
  ('complete',   interval '2 days',     interval '1 day',       null, null),
  ('failed',     interval '3 minutes',  interval '1 hour',      null, 'gave_up'),
  ('failed',     interval '3 hours',    interval '1 second',    null, 'gave_up'),
  ('failed',     interval '3 hours',    interval '1 second',    null, null),
  ('failed',     interval '3 days',     interval '1 second',    null, 'misconfigured'),
  ('processing', interval '1 minute',   null, interval '1 minute', null),
  ('pending',    interval '5 minutes',  null, null, null),
  ('pending',    interval '3 days',     null, interval '1 minute', null)
) as jobs(status, age, took, dispatched, code);

set local role service_role;
select is(pg_temp.report('hour'), concat_ws(' ',
  '{"failed": 1, "pending": 1, "complete": 3, "failures": {"gave_up": 1}, "processing": 1,',
  '"p50_seconds": 4.0, "p95_seconds": 27.4}'), 'the jobs that were created within an hour');
select is(pg_temp.report('day'), concat_ws(' ',
  '{"failed": 3, "pending": 1, "complete": 4, "failures": {"gave_up": 2, "unknown": 1}, "processing": 1,',
  '"p50_seconds": 17.0, "p95_seconds": 89.5}'), 'the jobs that were created within a day');
select is(pg_temp.report('pending'), '{"jobs": 2, "oldest_seconds": 259200, "never_dispatched": 1}',
  'what is pending, however old');
select is(vision_board_report(2) #>> '{day,complete}', '1', 'it reads the newest jobs, up to its limit');

reset role;
-- rows that this transaction read, by whatever scan
create function pg_temp.rows_read() returns numeric language sql as $$
  select sum(pg_stat_get_xact_tuples_returned(oid)) from (
    select 'vision_board_jobs'::regclass::oid union all
    select indexrelid from pg_index where indrelid = 'vision_board_jobs'::regclass
  ) as scanned(oid)
$$;
create temporary table reads (old_rows text, rows numeric);
-- by the same indexes as with many rows: their dead entries, which other tests left, count as read
set local enable_seqscan = off;
insert into reads select 'before', pg_temp.rows_read();
select ok(pg_temp.report('day') is not null, 'it is asked with few rows');
update reads set old_rows = 'few', rows = pg_temp.rows_read() - rows;

insert into vision_board_jobs (goals, status, image_url, created_at)
select '["Run"]', 'complete', 'https://example.test/i.jpg', now() - interval '1 month'
from generate_series(1, 2000);
analyze vision_board_jobs;
reset enable_seqscan;
insert into reads select 'many', pg_temp.rows_read();
select ok(pg_temp.report('day') is not null, 'it is asked with many old rows');
select cmp_ok(pg_temp.rows_read() - many.rows, '<', few.rows + 100, 'and reads none of them')
from reads as many, reads as few where many.old_rows = 'many' and few.old_rows = 'few';

select ok(vision_board_report() -> 'migrations' ? '20261125000012', 'it lists the applied migrations');
drop schema if exists supabase_migrations cascade;
select is(pg_temp.report('migrations'), null, 'there is no list where the CLI has no history');
rollback;
