-- Dispatch: the job was handed to QStash.

create function public.record_vision_board_dispatch(p_job_id uuid, p_dispatch integer, p_message_id text)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  -- 0.2 ms: if a crash takes it back, the sweep publishes the same number again, which QStash drops. A claim
  -- cannot do so: its worker would write an object that nothing knows of.
  perform pg_catalog.set_config('synchronous_commit', 'off', true);
  update public.vision_board_jobs as j
  set dispatch_count = p_dispatch, dispatched_at = now(), qstash_message_id = p_message_id
  where j.id = p_job_id and j.status in ('pending', 'processing')
    -- guard: an answer that comes late undoes neither a newer dispatch nor a return to the outbox
    and (j.dispatch_count < p_dispatch or j.dispatch_count = p_dispatch and j.dispatched_at is not null);
  return found;
end
$$;
comment on function public.record_vision_board_dispatch(uuid, integer, text) is
  'Records that QStash has accepted dispatch number p_dispatch. False: the job ended or is gone, was '
  'dispatched again since, or went back to the outbox.';

revoke execute on function public.record_vision_board_dispatch(uuid, integer, text)
from public, anon, authenticated;
grant execute on function public.record_vision_board_dispatch(uuid, integer, text) to service_role;
