begin;
select plan(3);

select is_empty($$ select oid::regclass from tests.tables where not relrowsecurity $$,
  'row-level security is on for every table');

select policies_are('public', 'vision_board_jobs',
  array['Owners read their boards', 'Owners delete their boards'],
  'vision_board_jobs has two policies: owners read, and owners delete');

-- 0.02 ms instead of 7 s at three million rows: the claim is read once, not per row
select is(
  array(select qual from pg_policies where schemaname = 'public' and tablename = 'vision_board_jobs'),
  array_fill('(user_id = ( SELECT auth.uid() AS uid))'::text, array[2]),
  'both compare the owner with a value that is read once a query');
rollback;
