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
  v_earlier vision_board.requests;
  v_job public.vision_board_jobs;
  v_active integer;
  v_day_end timestamptz;
begin
  if v_requester is null then
    raise exception 'a job needs a user or an email' using errcode = 'invalid_parameter_value';
  end if;
  if p_user_id is not null and not vision_board.is_account(p_user_id) then
    raise exception 'the account does not exist' using errcode = 'foreign_key_violation';
  end if;
  -- guard: one create at a time for one requester, so that simultaneous calls cannot pass a limit
  perform vision_board.lock('requester:' || v_requester);

  if p_idempotency_key is not null then
    select * into v_earlier from vision_board.requests as r
    where r.requester = v_requester and r.idempotency_key = p_idempotency_key;
    if v_earlier.job_id is not null then
      outcome := case
        when v_earlier.fingerprint = vision_board.fingerprint(p_goals, p_name, p_rank_tag, p_theme)
        then 'replayed' else 'idempotency_key_reused' end;
      return query select outcome, v_earlier.job_id, v_earlier.created_at, v_earlier.expires_at, 0;
      return;
    end if;
  end if;

  select count(*)::integer into v_active
  from vision_board.requests as r join public.vision_board_jobs as j on j.id = r.job_id
  where r.requester = v_requester and j.status in ('pending', 'processing');
  if v_active >= p_max_active then
    return query select 'too_many_active_jobs', null::uuid, null::timestamptz, null::timestamptz, 10;
    return;
  end if;

  -- the moment when the p_max_daily-th newest of the last 24 hours leaves them: then there is room again
  select coalesce(j.created_at, r.created_at) + interval '24 hours' into v_day_end
  from vision_board.requests as r left join public.vision_board_jobs as j on j.id = r.job_id
  where r.requester = v_requester and coalesce(j.created_at, r.created_at) > now() - interval '24 hours'
  order by 1 desc offset greatest(p_max_daily - 1, 0) limit 1;
  if v_day_end is not null or p_max_daily <= 0 then
    return query select 'daily_limit_reached', null::uuid, null::timestamptz, null::timestamptz,
      greatest(1, ceil(extract(epoch from
        coalesce(v_day_end, now() + interval '24 hours') - now())))::integer;
    return;
  end if;

  insert into public.vision_board_jobs as j (
    user_id, email, goals, name, rank_tag, theme, idempotency_key, expires_at)
  values (p_user_id, p_email, p_goals, p_name, p_rank_tag, p_theme, p_idempotency_key,
    now() + make_interval(days => p_ttl_days))
  returning * into v_job;
  return query select 'created', v_job.id, v_job.created_at, v_job.expires_at, 0;
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
