-- What the sweep needs. It runs every few minutes, may run twice at once, and heals whatever was left:
-- a publish that never arrived, a worker that died, rows that expired, objects without a row.

-- 1000 of each: what PostgREST answers at most unless told otherwise, and with a sweep each five minutes
-- 288,000 expired rows a day.
create function public.sweep_vision_board_jobs(p_silent_after interval, p_limit integer default 1000)
returns table (job_id uuid, dispatch_count integer, waiting_message_id text)
language plpgsql
set search_path = ''
set lock_timeout = '2s'
-- an index scan marks the entries of dead rows, a bitmap scan visits them each time: 15 ms after 30,000 jobs
-- without a vacuum, instead of 1 ms
set enable_bitmapscan = off
as $$
declare
  v_step text;
begin
  -- settle comes first: it waits for addresses, and must hold no row meanwhile
  foreach v_step in array array['settle', 'expire', 'forget', 'revive'] loop
    begin
      case v_step
      when 'settle' then
        perform vision_board.settle_accounts(p_limit);
      when 'expire' then
        delete from public.vision_board_jobs as j
        -- = any (array(…)), not in (…): a plan may run an `in` again for each row, and find others then
        where j.id = any (array(
          select e.id from public.vision_board_jobs as e
          where e.expires_at <= now() order by e.expires_at limit p_limit for update skip locked));
      when 'forget' then
        -- a day for the daily limit and the keys, and an hour to spare
        delete from vision_board.requests as r
        where r.job_id = any (array(
          select g.job_id from vision_board.requests as g
          where g.gone_at < now() - interval '25 hours' order by g.gone_at limit p_limit
          for update skip locked));
      when 'revive' then
        -- a dead worker: back to the outbox
        update public.vision_board_jobs as j
        set status = 'pending', started_at = null, dispatched_at = null
        where j.id = any (array(
          select d.id from public.vision_board_jobs as d
          where d.status = 'processing'
            and coalesce(d.lease_expires_at, d.updated_at + p_silent_after) <= now()
          order by d.lease_expires_at limit p_limit for update skip locked));
      end case;
    -- A step that fails, or is cancelled by a timeout, costs itself alone. others leaves out query_canceled.
    exception when query_canceled or others then
      raise warning 'the sweep could not % (SQLSTATE %)', v_step, sqlstate;
    end;
  end loop;

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
    -- a token that was put back by hand
    and not exists (
      select 1 from public.vision_board_jobs as j
      where j.status = 'processing' and vision_board.board_path(j.id, j.lease_token) = o.path)
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
