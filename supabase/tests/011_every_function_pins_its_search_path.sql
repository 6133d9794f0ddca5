begin;
create extension if not exists pgtap with schema extensions;
select plan(2);

select is_empty($$
  select p.oid::regprocedure from pg_proc as p
  where (p.pronamespace = 'vision_board'::regnamespace
         or p.pronamespace = 'public'::regnamespace and p.proname like '%vision\_board%')
    and not coalesce(p.proconfig, '{}') @> array['search_path=""']
$$, 'every function runs with an empty search_path');

select results_eq($$
  select p.proname::text collate "default" from pg_proc as p
  where p.pronamespace in ('vision_board'::regnamespace, 'public'::regnamespace) and p.prosecdef
    and (p.pronamespace = 'vision_board'::regnamespace or p.proname like '%vision\_board%')
  order by p.proname::text
$$, array[
  'confirmed_account', 'record_request_and_owner', 'record_deleted_jobs', 'record_truncated_jobs', 'hand_over_confirmed_rows',
  'hand_over_missed_rows'
], 'security definer is what must reach Auth''s table or the ledgers whoever writes, and nothing else');

select * from finish();
rollback;
