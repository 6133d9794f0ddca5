-- The life of a job, one function a step. Each is atomic and the only way that the backend writes a job;
-- the service role alone may call them. A lease token fences: a worker whose token was replaced or
-- withdrawn changes nothing and is told `stale`.

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
  -- guard: one create at a time for one requester, so that simultaneous calls cannot pass a limit
  perform vision_board.lock_requester(v_requester);

  if p_idempotency_key is not null then
    select * into v_earlier from vision_board.requests as r
    where r.requester = v_requester and r.idempotency_key = p_idempotency_key;
    if v_earlier.job_id is not null then
      outcome := case when v_earlier.fingerprint = vision_board.fingerprint(p_goals, p_name, p_rank_tag, p_theme)
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
      greatest(1, ceil(extract(epoch from coalesce(v_day_end, now() + interval '24 hours') - now())))::integer;
    return;
  end if;

  insert into public.vision_board_jobs as j (user_id, email, goals, name, rank_tag, theme, idempotency_key, expires_at)
  values (p_user_id, p_email, p_goals, p_name, p_rank_tag, p_theme, p_idempotency_key, now() + make_interval(days => p_ttl_days))
  returning * into v_job;
  return query select 'created', v_job.id, v_job.created_at, v_job.expires_at, 0;
end
$$;
comment on function public.create_vision_board_job(uuid, text, jsonb, text, text, text, text, integer, integer, integer) is
  'Accepts a job: created, or replayed (same key, same request; the job may be deleted by now), or idempotency_key_reused, too_many_active_jobs, daily_limit_reached (retry_after in seconds). Exactly one row.';

create function public.record_vision_board_dispatch(p_job_id uuid, p_dispatch integer, p_message_id text)
returns boolean
language sql
set search_path = ''
as $$
  with dispatched as (
    update public.vision_board_jobs as j
    set dispatch_count = p_dispatch, dispatched_at = now(), qstash_message_id = p_message_id
    where j.id = p_job_id and j.status in ('pending', 'processing')
      -- guard: an answer that comes late undoes neither a newer dispatch nor a return to the outbox
      and (j.dispatch_count < p_dispatch or j.dispatch_count = p_dispatch and j.dispatched_at is not null)
    returning 1
  )
  select exists (select 1 from dispatched)
$$;
comment on function public.record_vision_board_dispatch(uuid, integer, text) is
  'Notes that QStash has accepted dispatch number p_dispatch. False: the job ended or is gone, or was dispatched again since.';

create function public.claim_vision_board_job(
  p_job_id uuid,
  p_lease_seconds integer,
  p_message_id text default null,
  p_dispatch integer default 1,
  p_max_attempts integer default 12
)
returns table (
  outcome text, retry_after integer, lease_token uuid, attempt integer, path text,
  goals jsonb, name text, rank_tag text, theme text, created_at timestamptz, expires_at timestamptz
)
language plpgsql
set search_path = ''
as $$
declare
  v_job public.vision_board_jobs;
begin
  update public.vision_board_jobs as j
  set status = 'processing',
      attempts = j.attempts + 1,
      lease_token = gen_random_uuid(),
      lease_expires_at = now() + make_interval(secs => p_lease_seconds),
      started_at = now(),
      -- a delivery proves its dispatch, even if the answer to the publish was lost
      dispatch_count = greatest(j.dispatch_count, p_dispatch),
      dispatched_at = coalesce(j.dispatched_at, now()),
      -- … but not a late delivery of an older one, whose end is not the end of the newer
      qstash_message_id = case when p_message_id is not null and p_dispatch >= j.dispatch_count
                            then p_message_id else j.qstash_message_id end
  where j.id = p_job_id
    and j.attempts < p_max_attempts -- guard: a job that kills its worker each time ends
    and (j.status = 'pending' or (j.status = 'processing' and coalesce(j.lease_expires_at, '-infinity') <= now()))
  returning * into v_job;

  if v_job.id is not null then
    path := v_job.id || '/' || v_job.lease_token || '.jpg';
    insert into vision_board.unreferenced_boards as o (path, lease_token, removable_at)
    values (claim_vision_board_job.path, v_job.lease_token, v_job.lease_expires_at + interval '10 minutes');
    return query select 'claimed', 0, v_job.lease_token, v_job.attempts, claim_vision_board_job.path,
      v_job.goals, v_job.name, v_job.rank_tag, v_job.theme, v_job.created_at, v_job.expires_at;
    return;
  end if;

  select * into v_job from public.vision_board_jobs as j where j.id = p_job_id;
  if v_job.id is null then
    outcome := 'gone';
  elsif v_job.status in ('complete', 'failed') then
    outcome := v_job.status;
  elsif v_job.attempts >= p_max_attempts and coalesce(v_job.lease_expires_at, '-infinity') <= now() then
    outcome := public.give_up_vision_board_job(p_job_id, 'gave_up', 'We tried many times and could not make this board. Please create it again.');
  else
    outcome := 'busy';
    retry_after := greatest(1, ceil(extract(epoch from v_job.lease_expires_at - now())))::integer;
  end if;
  return next;
end
$$;
comment on function public.claim_vision_board_job(uuid, integer, text, integer, integer) is
  'Starts an attempt: claimed (with a new lease token, the inputs, and the path to upload to), or busy (retry_after in seconds: another attempt holds a live lease), or complete, failed, gone. Of simultaneous calls one wins. Exactly one row.';

create function public.complete_vision_board_job(p_job_id uuid, p_lease_token uuid, p_image_storage_path text, p_image_url text)
returns text
language sql
set search_path = ''
as $$
  with completed as (
    update public.vision_board_jobs as j
    set status = 'complete', image_storage_path = p_image_storage_path, image_url = p_image_url
    where j.id = p_job_id and j.status = 'processing' and j.lease_token = p_lease_token -- guard: the fence
    returning 1
  ), named as (
    -- from here on the row itself names the object
    delete from vision_board.unreferenced_boards as o using completed where o.path = p_image_storage_path
  )
  select case
    when exists (select 1 from completed) then 'complete'
    -- said again after a lost answer: it is this very picture that the row names
    when exists (select 1 from public.vision_board_jobs as j
                 where j.id = p_job_id and j.status = 'complete' and j.image_storage_path = p_image_storage_path) then 'complete'
    else 'stale'
  end
$$;
comment on function public.complete_vision_board_job(uuid, uuid, text, text) is
  'Ends the job as complete under the live token; otherwise changes nothing and says stale. Saying it again is fine.';

create function public.release_vision_board_job(p_job_id uuid, p_lease_token uuid)
returns text
language sql
set search_path = ''
as $$
  with released as (
    update public.vision_board_jobs as j
    set status = 'pending', started_at = null
    where j.id = p_job_id and j.status = 'processing' and j.lease_token = p_lease_token -- guard: the fence
    returning 1
  )
  select case when exists (select 1 from released) then 'released' else 'stale' end
$$;
comment on function public.release_vision_board_job(uuid, uuid) is
  'The attempt failed and another will follow: back to pending under the live token; otherwise changes nothing and says stale.';

create function public.fail_vision_board_job(p_job_id uuid, p_lease_token uuid, p_error_code text, p_error_message text)
returns text
language sql
set search_path = ''
as $$
  with failed as (
    update public.vision_board_jobs as j
    set status = 'failed', error_code = p_error_code, error_message = p_error_message
    where j.id = p_job_id and j.status = 'processing' and j.lease_token = p_lease_token -- guard: the fence
    returning 1
  )
  select case when exists (select 1 from failed) then 'failed' else 'stale' end
$$;
comment on function public.fail_vision_board_job(uuid, uuid, text, text) is
  'Ends the job as failed under the live token; otherwise changes nothing and says stale.';

create function public.give_up_vision_board_job(p_job_id uuid, p_error_code text, p_error_message text, p_message_id text default null)
returns text
language sql
set search_path = ''
as $$
  with ended as (
    update public.vision_board_jobs as j
    set status = 'failed', error_code = p_error_code, error_message = p_error_message
    where j.id = p_job_id and j.status in ('pending', 'processing')
      -- guard: the end of an old dispatch is not the end of the job that a newer one carries on
      and (p_message_id is null or j.dispatch_count <= 1 or j.qstash_message_id is not distinct from p_message_id)
    returning 1
  )
  select case
    when exists (select 1 from ended) then 'failed'
    else coalesce((select j.status from public.vision_board_jobs as j where j.id = p_job_id), 'gone')
  end
$$;
comment on function public.give_up_vision_board_job(uuid, text, text, text) is
  'Ends the job as failed from outside, whoever holds a lease, unless it has ended, or was dispatched again since the message p_message_id. Says the status that the job then has, or gone.';

revoke execute on function
  public.create_vision_board_job(uuid, text, jsonb, text, text, text, text, integer, integer, integer),
  public.record_vision_board_dispatch(uuid, integer, text),
  public.claim_vision_board_job(uuid, integer, text, integer, integer),
  public.complete_vision_board_job(uuid, uuid, text, text),
  public.release_vision_board_job(uuid, uuid),
  public.fail_vision_board_job(uuid, uuid, text, text),
  public.give_up_vision_board_job(uuid, text, text, text)
from public, anon, authenticated;
grant execute on function
  public.create_vision_board_job(uuid, text, jsonb, text, text, text, text, integer, integer, integer),
  public.record_vision_board_dispatch(uuid, integer, text),
  public.claim_vision_board_job(uuid, integer, text, integer, integer),
  public.complete_vision_board_job(uuid, uuid, text, text),
  public.release_vision_board_job(uuid, uuid),
  public.fail_vision_board_job(uuid, uuid, text, text),
  public.give_up_vision_board_job(uuid, text, text, text)
to service_role;
