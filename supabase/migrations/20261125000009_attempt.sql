-- An attempt: claim, then complete, release or fail. The lease token fences: a worker whose token was
-- replaced or withdrawn changes nothing and is told `stale`.

create function public.claim_vision_board_job(
  p_job_id uuid,
  p_lease_seconds integer,
  p_max_attempts integer,
  p_dispatch integer default 1,
  p_message_id text default null
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
    and (j.status = 'pending'
         or j.status = 'processing' and coalesce(j.lease_expires_at, '-infinity') <= now())
  returning 'claimed', 0, j.lease_token, j.attempts, vision_board.board_path(j.id, j.lease_token),
    j.goals, j.name, j.rank_tag, j.theme, j.created_at, j.expires_at
  into outcome, retry_after, lease_token, attempt, path, goals, name, rank_tag, theme, created_at, expires_at;
  if found then
    return next;
    return;
  end if;

  select * into v_job from public.vision_board_jobs as j where j.id = p_job_id;
  if v_job.id is null then
    outcome := 'gone';
  elsif v_job.status in ('complete', 'failed') then
    outcome := v_job.status;
  elsif v_job.attempts >= p_max_attempts and coalesce(v_job.lease_expires_at, '-infinity') <= now() then
    outcome := public.give_up_vision_board_job(p_job_id, 'gave_up');
  else
    outcome := 'busy';
    retry_after := greatest(1, ceil(extract(epoch from v_job.lease_expires_at - now())))::integer;
  end if;
  return next;
end
$$;
comment on function public.claim_vision_board_job(uuid, integer, integer, integer, text) is
  'Starts an attempt: claimed (with a new lease token, the inputs, and the path to upload to), or busy '
  '(retry_after in seconds: another attempt holds a live lease), or complete, failed, gone. Of '
  'simultaneous calls one wins. Exactly one row.';

create function public.complete_vision_board_job(
  p_job_id uuid,
  p_lease_token uuid,
  p_image_storage_path text,
  p_image_url text
)
returns text
language plpgsql
set search_path = ''
as $$
begin
  update public.vision_board_jobs as j
  set status = 'complete', image_storage_path = p_image_storage_path, image_url = p_image_url
  where j.id = p_job_id and j.status = 'processing' and j.lease_token = p_lease_token; -- guard: the fence
  if found then
    return 'complete';
  end if;
  return case
    -- repeated after a lost answer: the row names this very board
    when exists (select from public.vision_board_jobs as j
                 where j.id = p_job_id and j.status = 'complete'
                   and j.image_storage_path = p_image_storage_path) then 'complete'
    else 'stale'
  end;
end
$$;
comment on function public.complete_vision_board_job(uuid, uuid, text, text) is
  'Ends the job as complete under the live token; otherwise changes nothing and returns stale. '
  'Repeating it is fine.';

create function public.release_vision_board_job(p_job_id uuid, p_lease_token uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
  update public.vision_board_jobs as j
  set status = 'pending', started_at = null
  where j.id = p_job_id and j.status = 'processing' and j.lease_token = p_lease_token; -- guard: the fence
  return case when found then 'released' else 'stale' end;
end
$$;
comment on function public.release_vision_board_job(uuid, uuid) is
  'The attempt failed and another will follow: back to pending under the live token; otherwise changes '
  'nothing and returns stale.';

create function public.fail_vision_board_job(
  p_job_id uuid,
  p_lease_token uuid,
  p_error_code text,
  p_error_message text
)
returns text
language plpgsql
set search_path = ''
as $$
begin
  update public.vision_board_jobs as j
  set status = 'failed', error_code = p_error_code, error_message = p_error_message
  where j.id = p_job_id and j.status = 'processing' and j.lease_token = p_lease_token; -- guard: the fence
  return case when found then 'failed' else 'stale' end;
end
$$;
comment on function public.fail_vision_board_job(uuid, uuid, text, text) is
  'Ends the job as failed under the live token; otherwise changes nothing and returns stale.';

revoke execute on function
  public.claim_vision_board_job(uuid, integer, integer, integer, text),
  public.complete_vision_board_job(uuid, uuid, text, text),
  public.release_vision_board_job(uuid, uuid),
  public.fail_vision_board_job(uuid, uuid, text, text)
from public, anon, authenticated;
grant execute on function
  public.claim_vision_board_job(uuid, integer, integer, integer, text),
  public.complete_vision_board_job(uuid, uuid, text, text),
  public.release_vision_board_job(uuid, uuid),
  public.fail_vision_board_job(uuid, uuid, text, text)
to service_role;
