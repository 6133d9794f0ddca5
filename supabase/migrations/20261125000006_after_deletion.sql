-- What a deleted row leaves behind, however it is deleted: the path of its board, for the sweep to
-- remove the object, and its request, to be forgotten in a day.

-- security definer: owners delete rows, and so does the deletion of an account; neither may write ledgers.
create function vision_board.record_deleted_jobs()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into vision_board.unreferenced_boards (path, removable_at)
  select distinct image_storage_path, now() from deleted_jobs where image_storage_path is not null
  on conflict (path) do update set lease_token = null, removable_at = excluded.removable_at;
  update vision_board.requests as r set gone_at = now() from deleted_jobs as j where r.job_id = j.id;
  return null;
end
$$;
comment on function vision_board.record_deleted_jobs() is
  'Leaves the paths of deleted rows to the sweep, and their requests to be forgotten in a day, however '
  'they are deleted.';

create trigger record_deleted_jobs after delete on public.vision_board_jobs
  referencing old table as deleted_jobs
  for each statement execute function vision_board.record_deleted_jobs();

-- security definer: the same. Truncate has no transition table.
create function vision_board.record_truncated_jobs()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into vision_board.unreferenced_boards (path, removable_at)
  select distinct j.image_storage_path, now()
  from public.vision_board_jobs as j where j.image_storage_path is not null
  on conflict (path) do update set lease_token = null, removable_at = excluded.removable_at;
  update vision_board.requests as r set gone_at = now() where r.gone_at is null;
  return null;
end
$$;
comment on function vision_board.record_truncated_jobs() is 'The same for truncate.';

create trigger record_truncated_jobs before truncate on public.vision_board_jobs
  for each statement execute function vision_board.record_truncated_jobs();

revoke execute on function vision_board.record_deleted_jobs(), vision_board.record_truncated_jobs()
from public, anon, authenticated;
