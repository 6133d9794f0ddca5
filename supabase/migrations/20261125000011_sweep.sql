-- What the sweep needs. It runs every few minutes, may run twice at once, and heals whatever was left:
-- a publish that never arrived, a worker that died, rows that expired, objects without a row.

-- 1000 of each: what PostgREST answers at most unless told otherwise, and with a sweep each five minutes
-- 288,000 expired rows a day.
create function public.sweep_vision_board_jobs(p_silent_after interval, p_limit integer default 1000)
returns table (job_id uuid, dispatch_count integer, waiting_message_id text)
language plpgsql
set search_path = ''
as $$
begin
  -- first: it waits for addresses, and must hold no row meanwhile
  perform vision_board.hand_over_missed_rows(p_limit);

  delete from public.vision_board_jobs as j
  -- = any (array(…)), not in (…): a plan may run an `in` again for each row, and find others each time
  where j.id = any (array(
    select e.id from public.vision_board_jobs as e
    where e.expires_at <= now() order by e.expires_at limit p_limit for update skip locked));

  perform vision_board.delete_jobs_of_deleted_accounts(p_limit);

  -- a day for the daily limit and the keys, and an hour to spare
  delete from vision_board.requests as r where r.gone_at < now() - interval '25 hours';

  -- a dead worker: back to the outbox
  update public.vision_board_jobs as j
  set status = 'pending', started_at = null, dispatched_at = null
  where j.id = any (array(
    select d.id from public.vision_board_jobs as d
    where d.status = 'processing' and coalesce(d.lease_expires_at, d.updated_at + p_silent_after) <= now()
    order by d.lease_expires_at limit p_limit for update skip locked));

  return query
  select j.id, j.dispatch_count,
    -- to be asked about: a long queue or a retry to come is no reason to dispatch again
    case when j.dispatched_at is not null and j.created_at > now() - interval '1 day'
      then j.qstash_message_id end
  from public.vision_board_jobs as j
  where j.status = 'pending'
    and (j.dispatched_at is null or j.dispatched_at < now() - p_silent_after)
  order by j.dispatched_at nulls first, j.created_at
  limit p_limit;
end
$$;
comment on function public.sweep_vision_board_jobs(interval, integer) is
  'Deletes what expired, revives what a dead worker left behind, and lists the jobs that need a '
  'dispatch: in the outbox, or dispatched longer than p_silent_after ago and still pending (then with '
  'the message that QStash may still hold). At most p_limit of each.';

create function public.list_removable_vision_boards(p_limit integer default 1000)
returns setof text
language sql stable
set search_path = ''
as $$
  select o.path from vision_board.unreferenced_boards as o
  where o.removable_at <= now()
    and not exists (
      select 1 from public.vision_board_jobs as j
      where j.image_storage_path = o.path)
    and not exists (
      select 1 from public.vision_board_jobs as j
      where o.lease_token is not null and j.status = 'processing' and j.lease_token = o.lease_token)
  order by o.removable_at limit p_limit
$$;
comment on function public.list_removable_vision_boards(integer) is
  'Paths in the bucket vision-boards that no row names and no attempt writes any more; at most 1000, '
  'the Storage API''s limit for one call.';

create function public.forget_vision_boards(p_paths text[])
returns void
language sql
set search_path = ''
as $$ delete from vision_board.unreferenced_boards as o where o.path = any (p_paths) $$;
comment on function public.forget_vision_boards(text[]) is
  'The objects at these paths were removed through the Storage API.';

revoke execute on function
  public.sweep_vision_board_jobs(interval, integer),
  public.list_removable_vision_boards(integer),
  public.forget_vision_boards(text[])
from public, anon, authenticated;
grant execute on function
  public.sweep_vision_board_jobs(interval, integer),
  public.list_removable_vision_boards(integer),
  public.forget_vision_boards(text[])
to service_role;
