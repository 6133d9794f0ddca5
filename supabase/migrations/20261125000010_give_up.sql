-- Give up: ends a job as failed from outside an attempt, with the sentence that the person reads.

create function public.give_up_vision_board_job(
  p_job_id uuid,
  p_error_code text,
  p_message_id text default null
)
returns text
language sql
set search_path = ''
as $$
  with ended as (
    update public.vision_board_jobs as j
    set status = 'failed',
        error_code = p_error_code,
        error_message = case p_error_code
          when 'gave_up' then 'We tried many times and could not make this board. Please create it again.'
          when 'attempts_exhausted'
            then 'We tried several times and could not make this board. Please create it again.'
        end
    where j.id = p_job_id and j.status in ('pending', 'processing')
      -- guard: the end of an old dispatch is not the end of the job that a newer one carries on
      and (p_message_id is null or j.dispatch_count <= 1
           or j.qstash_message_id is not distinct from p_message_id)
    returning 1
  )
  select case
    when exists (select 1 from ended) then 'failed'
    else coalesce((select j.status from public.vision_board_jobs as j where j.id = p_job_id), 'gone')
  end
$$;
comment on function public.give_up_vision_board_job(uuid, text, text) is
  'Ends the job as failed, whoever holds a lease, unless it has ended, or was dispatched again since the '
  'message p_message_id. p_error_code is gave_up (the sweep, or too many attempts) or attempts_exhausted '
  '(every delivery failed). Returns the status that the job then has, or gone.';

revoke execute on function public.give_up_vision_board_job(uuid, text, text) from public, anon, authenticated;
grant execute on function public.give_up_vision_board_job(uuid, text, text) to service_role;
