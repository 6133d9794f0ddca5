begin;
select plan(2);

select is(
  (select count(*) from pg_publication_tables
   where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'vision_board_jobs'),
  (select count(*) from pg_publication where pubname = 'supabase_realtime'),
  'jobs are published where the project has Realtime');

select is_empty($$
  select tablename from pg_publication_tables
  where pubname = 'supabase_realtime' and schemaname = 'vision_board'
$$, 'the ledgers are not published');
rollback;
