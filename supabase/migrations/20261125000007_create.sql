-- Create: accepts a request, or replays an earlier answer.

create function public.create_vision_board_job(
  p_user_id uuid,
  p_email text,
  p_goals jsonb,
  p_name text,
  p_rank_tag text,
  p_theme text,
  p_idempotency_key text,
  p_max_active integer,
  p_max_daily integer,
  p_ttl_days integer
)
returns table (outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer)
language plpgsql
set search_path = ''
as $$
declare
  v_requester text := vision_board.requester(p_user_id, p_email);
  v_address text := pg_catalog.lower(p_email);
  v_yesterday timestamptz := pg_catalog.now() - interval '24 hours';
  v_look_closer boolean;
  v_asked record;
  v_active integer;
begin
  if v_requester is null then
    raise exception 'a job needs a user or an email' using errcode = 'invalid_parameter_value';
  end if;
  if p_user_id is not null and not vision_board.is_account(p_user_id) then
    raise exception 'the account does not exist' using errcode = 'foreign_key_violation';
  end if;
  -- guard: one create at a time for one requester, so that simultaneous calls cannot pass a limit
  perform vision_board.lock('requester:' || v_requester);

  -- Nearly every request is new and within its limits. Four look-ups say so, whatever the requester asked for
  -- before: a row with the key, as many running ones or ones of this day as there may be, or an entry of
  -- the ledger. One statement for persons and guests was planned anew at each call (0.5 ms).
  if p_user_id is not null then
    v_look_closer :=
      exists (select from public.vision_board_jobs as j
              where j.user_id = p_user_id and j.idempotency_key = p_idempotency_key)
      or exists (select from public.vision_board_jobs as j
                 where j.user_id = p_user_id and j.status in ('pending', 'processing')
                 offset greatest(p_max_active - 1, 0))
      or exists (select from public.vision_board_jobs as j
                 where j.user_id = p_user_id and j.created_at > v_yesterday
                 offset greatest(p_max_daily - 1, 0))
      or exists (select from vision_board.requests as r where r.requester = v_requester);
  else
    v_look_closer :=
      exists (select from public.vision_board_jobs as j
              where j.user_id is null and pg_catalog.lower(j.email) collate "C" = v_address
                and j.idempotency_key = p_idempotency_key)
      or exists (select from public.vision_board_jobs as j
                 where j.user_id is null and pg_catalog.lower(j.email) collate "C" = v_address
                   and j.status in ('pending', 'processing')
                 offset greatest(p_max_active - 1, 0))
      or exists (select from public.vision_board_jobs as j
                 where j.user_id is null and pg_catalog.lower(j.email) collate "C" = v_address
                   and j.created_at > v_yesterday
                 offset greatest(p_max_daily - 1, 0))
      or exists (select from vision_board.requests as r where r.requester = v_requester);
  end if;

  if v_look_closer or p_max_active <= 0 or p_max_daily <= 0 then
    -- One statement: a row that is deleted meanwhile is seen in its place or in the ledger. Subqueries, not
    -- joins: a join may read all of the ledger.
    with asked as not materialized (
      select j.id, j.idempotency_key, j.created_at, j.expires_at, null::timestamptz as gone_at,
        vision_board.fingerprint(j.goals, j.name, j.rank_tag, j.theme) as fingerprint
      from public.vision_board_jobs as j
      where j.user_id = p_user_id
        and (select r.job_id from vision_board.requests as r where r.job_id = j.id) is null
      union all
      select j.id, j.idempotency_key, j.created_at, j.expires_at, null,
        vision_board.fingerprint(j.goals, j.name, j.rank_tag, j.theme)
      from public.vision_board_jobs as j
      where p_user_id is null and j.user_id is null and pg_catalog.lower(j.email) collate "C" = v_address
        and (select r.job_id from vision_board.requests as r where r.job_id = j.id) is null
      union all
      select r.job_id, r.idempotency_key, r.created_at, r.expires_at, r.gone_at, r.fingerprint
      from vision_board.requests as r where r.requester = v_requester
    )
    select earlier.*,
      -- the p_max_daily-th newest of the last 24 hours: when it leaves them there is room again
      (select a.created_at from asked as a where a.created_at > v_yesterday
       order by a.created_at desc offset greatest(p_max_daily - 1, 0) limit 1) as last_of_day
    into v_asked
    from (values (true)) as one
    left join lateral (
      select * from asked as a where a.idempotency_key = p_idempotency_key
      order by a.gone_at desc nulls first limit 1
    ) as earlier on true;

    if v_asked.id is not null then
      outcome := case
        when v_asked.fingerprint = vision_board.fingerprint(p_goals, p_name, p_rank_tag, p_theme)
        then 'replayed' else 'idempotency_key_reused' end;
      return query select outcome, v_asked.id, v_asked.created_at, v_asked.expires_at, 0;
      return;
    end if;

    -- a running row counts for whom the ledger names, or else the row itself
    select count(*)::integer into v_active
    from (
      select * from public.vision_board_jobs as p where p.user_id = p_user_id
      union all
      select * from public.vision_board_jobs as g
      where p_user_id is null and pg_catalog.lower(g.email) collate "C" = v_address
    ) as j
    where j.status in ('pending', 'processing')
      and v_requester = coalesce(
        (select r.requester from vision_board.requests as r where r.job_id = j.id),
        vision_board.requester(j.user_id, j.email));
    if v_active >= p_max_active then
      return query select 'too_many_active_jobs', null::uuid, null::timestamptz, null::timestamptz, 10;
      return;
    end if;
    if v_asked.last_of_day is not null or p_max_daily <= 0 then
      return query select 'daily_limit_reached', null::uuid, null::timestamptz, null::timestamptz,
        greatest(1, ceil(extract(epoch from
          coalesce(v_asked.last_of_day, now()) + interval '24 hours' - now())))::integer;
      return;
    end if;
  end if;

  insert into public.vision_board_jobs as j (
    user_id, email, goals, name, rank_tag, theme, idempotency_key, expires_at)
  values (p_user_id, p_email, p_goals, p_name, p_rank_tag, p_theme, p_idempotency_key,
    now() + make_interval(days => p_ttl_days))
  returning 'created', j.id, j.created_at, j.expires_at, 0
  into outcome, id, created_at, expires_at, retry_after;
  return next;
end
$$;
comment on function public.create_vision_board_job is
  'Accepts a job: created, or replayed (same key, same request; the job may be deleted by now), or '
  'idempotency_key_reused, too_many_active_jobs, daily_limit_reached (retry_after in seconds). Exactly '
  'one row.';

revoke execute on function
  public.create_vision_board_job(uuid, text, jsonb, text, text, text, text, integer, integer, integer)
from public, anon, authenticated;
grant execute on function
  public.create_vision_board_job(uuid, text, jsonb, text, text, text, text, integer, integer, integer)
to service_role;
