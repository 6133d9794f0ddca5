begin;
select plan(2);

select is_empty($$
  select oid::regprocedure from tests.functions
  where not coalesce(proconfig, '{}') @> array['search_path=""']
$$, 'every function runs with an empty search_path');

-- They reach Auth's table or the ledgers, whoever writes the row; one reads the CLI's history.
select results_eq($$
  select proname::text collate "default" from tests.functions where prosecdef order by 1
$$, array[
  'applied_migrations', 'confirmed_account', 'delete_jobs_of_soft_deleted_account',
  'hand_over_confirmed_rows', 'hand_over_missed_rows', 'is_account', 'record_deleted_jobs',
  'record_request_and_owner', 'record_truncated_jobs'
], 'only these functions are security definer');
rollback;
