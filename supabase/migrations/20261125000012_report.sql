-- What an operator watches, in one call: docs/operations.md says how, and `npm run doctor` reads it.

create function vision_board.applied_migrations()
returns text[]
language plpgsql stable
set search_path = ''
-- The service role has no rights to the CLI's schema; the versions are names of files in this repository.
security definer
as $$
begin
  if pg_catalog.to_regclass('supabase_migrations.schema_migrations') is null then
    return null;
  end if;
  return array(select m.version from supabase_migrations.schema_migrations as m order by m.version);
end
$$;
comment on function vision_board.applied_migrations() is
  'The versions of the migrations that the supabase CLI has applied, in their order; null without its '
  'history.';

-- 100,000: about a second of work, within the 8 s that a statement of the API may take.
create function public.vision_board_report(p_limit integer default 100000)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_day pg_catalog.jsonb;
begin
  -- one read of the day's rows serves both spans
  with recent as materialized (
    select j.status, j.error_code, j.created_at,
      extract(epoch from j.finished_at - j.created_at) as took
    from public.vision_board_jobs as j
    where j.created_at > now() - interval '1 day'
    order by j.created_at desc limit p_limit
  ), spans as (
    select * from (values ('hour', interval '1 hour'), ('day', interval '1 day')) as s(span, length)
  )
  select pg_catalog.jsonb_object_agg(s.span, (
    select pg_catalog.jsonb_build_object(
      'pending', count(*) filter (where r.status = 'pending'),
      'processing', count(*) filter (where r.status = 'processing'),
      'complete', count(*) filter (where r.status = 'complete'),
      'failed', count(*) filter (where r.status = 'failed'),
      'p50_seconds', pg_catalog.round(pg_catalog.percentile_cont(0.5) within group (order by r.took)
        filter (where r.status = 'complete')::numeric, 1),
      'p95_seconds', pg_catalog.round(pg_catalog.percentile_cont(0.95) within group (order by r.took)
        filter (where r.status = 'complete')::numeric, 1)
    )
    from recent as r where r.created_at > now() - s.length
  ) || pg_catalog.jsonb_build_object('failures', (
    select coalesce(pg_catalog.jsonb_object_agg(f.code, f.jobs), '{}')
    from (
      select coalesce(r.error_code, 'unknown') as code, count(*) as jobs
      from recent as r where r.status = 'failed' and r.created_at > now() - s.length group by 1
    ) as f
  )))
  into v_day from spans as s;

  return v_day || pg_catalog.jsonb_build_object(
    'pending', (
      select pg_catalog.jsonb_build_object(
        'jobs', count(*),
        'oldest_seconds', pg_catalog.floor(extract(epoch from now() - min(p.created_at))),
        'never_dispatched', count(*) filter (where p.dispatched_at is null))
      from (
        select j.created_at, j.dispatched_at from public.vision_board_jobs as j
        where j.status = 'pending' order by j.dispatched_at nulls first limit p_limit
      ) as p
    ),
    'migrations', vision_board.applied_migrations(),
    'storage_policies', (
      select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'table', p.tablename, 'name', p.policyname, 'restrictive', p.permissive = 'RESTRICTIVE',
        'command', p.cmd, 'roles', p.roles,
        'condition', pg_catalog.concat_ws(' ', p.qual, p.with_check)
      ) order by p.tablename, p.policyname), '[]')
      from pg_catalog.pg_policies as p
      where p.schemaname = 'storage' and p.tablename in ('objects', 'buckets')
    )
  );
end
$$;
comment on function public.vision_board_report(integer) is
  'For operators. Of the jobs created within an hour and a day: how many have each status, seconds from '
  'created_at to finished_at of those that are complete (p50, p95), failures by error_code. What is pending '
  'now, and for how many seconds the oldest. The applied migrations, and the policies on storage.objects '
  'and storage.buckets, which decide who reaches the boards. Reads at most p_limit jobs of the day, the '
  'newest, and p_limit pending ones.';

revoke execute on function vision_board.applied_migrations(), public.vision_board_report(integer)
from public, anon, authenticated;
grant execute on function vision_board.applied_migrations(), public.vision_board_report(integer)
to service_role;
