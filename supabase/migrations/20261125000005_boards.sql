-- The boards: a private bucket, who may read them, and a ledger of the paths that no row names,
-- so that no object outlives its row. Objects are removed through the Storage API only (by the sweep):
-- Supabase refuses deletes on storage.objects by SQL, and they would leave the file behind.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'vision-boards', 'vision-boards', false, 10 * 1024 * 1024, array['image/jpeg', 'image/webp', 'image/png']
)
on conflict (id) do update
  set public = excluded.public,
      file_size_limit = excluded.file_size_limit,
      allowed_mime_types = excluded.allowed_mime_types;

create index vision_board_jobs_path_idx on public.vision_board_jobs (image_storage_path)
  where image_storage_path is not null;
comment on index public.vision_board_jobs_path_idx is
  'From an object to its row: the bucket''s policy, and the sweep''s question whether a path is still '
  'in use.';

-- By the row that names the object, not by a folder of the user: a board keeps its path when it is handed
-- over.
create policy "Owners read their vision boards" on storage.objects
  for select to authenticated
  using (
    bucket_id = 'vision-boards'
    and exists (
      select 1 from public.vision_board_jobs as job
      where job.image_storage_path = objects.name
        and job.user_id = (select auth.uid())
    )
  );

-- Permissive policies add up: another app's broad one, for all of storage.objects, would open our buckets
-- too. These restrictive ones hold whatever else there is; other buckets pass at their first comparison.
-- For every role, of other apps too; the service role is above policies. Two for select, because a role
-- without a right to vision_board_jobs could read no bucket at all under a policy that names it; and
-- (select current_user) is computed once for a statement, not for each object.
create policy "Only signed-in people read vision boards" on storage.objects
  as restrictive for select to public
  using ((select current_user) = 'authenticated' or bucket_id not in ('vision-boards', 'board-assets'));
create policy "Only owners read vision boards" on storage.objects
  as restrictive for select to authenticated
  using (
    bucket_id not in ('vision-boards', 'board-assets')
    or (
      bucket_id = 'vision-boards'
      and exists (
        select 1 from public.vision_board_jobs as job
        where job.image_storage_path = objects.name
          and job.user_id = (select auth.uid())
      )
    )
  );
create policy "Nobody adds vision boards" on storage.objects
  as restrictive for insert to public
  with check (bucket_id not in ('vision-boards', 'board-assets'));
create policy "Nobody changes vision boards" on storage.objects
  as restrictive for update to public
  using (bucket_id not in ('vision-boards', 'board-assets'))
  with check (bucket_id not in ('vision-boards', 'board-assets'));
create policy "Nobody removes vision boards" on storage.objects
  as restrictive for delete to public
  using (bucket_id not in ('vision-boards', 'board-assets'));
-- the same for the buckets: a public one is open, whatever the policies on objects say
create policy "Nobody touches the buckets of vision boards" on storage.buckets
  as restrictive for all to public
  using (id not in ('vision-boards', 'board-assets'))
  with check (id not in ('vision-boards', 'board-assets'));

create function vision_board.board_path(job_id uuid, lease_token uuid)
returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return job_id || '/' || lease_token || '.jpg';
end
$$;
comment on function vision_board.board_path(uuid, uuid) is
  'Where the attempt with this lease token puts the board of this job.';

-- A claim that wrote its path here and a completion that took it out again cost 0.17 ms a job.
create table vision_board.unreferenced_boards (
  path text primary key,
  removable_at timestamptz not null
);
comment on table vision_board.unreferenced_boards is
  'Paths in the bucket that no row names any more: of attempts that ended without a board, and of deleted '
  'rows. The sweep removes the objects, then the entries.';
comment on column vision_board.unreferenced_boards.removable_at is
  'Not before: a worker may still be writing. Ten minutes after its lease, longer than any function '
  'lives.';
create index unreferenced_boards_removable_idx on vision_board.unreferenced_boards (removable_at);
comment on index vision_board.unreferenced_boards_removable_idx is 'Sweep: paths that may be removed.';
alter table vision_board.unreferenced_boards enable row level security;
create policy "Only the backend" on vision_board.unreferenced_boards
  to service_role using (true) with check (true);
grant select, insert, update, delete on vision_board.unreferenced_boards to service_role;

-- security definer: owners delete rows, and so does the deletion of an account; neither may write ledgers.
create function vision_board.leave_boards_to_sweep()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into vision_board.unreferenced_boards (path, removable_at)
  select vision_board.board_path(old.id, old.lease_token), old.lease_expires_at + interval '10 minutes'
  where old.lease_token is not null
  union all
  select old.image_storage_path, pg_catalog.now()
  where tg_op = 'DELETE' and old.image_storage_path is not null
  on conflict (path) do nothing;
  return null;
end
$$;
comment on function vision_board.leave_boards_to_sweep() is
  'Leaves to the sweep what an attempt may have written, and the board of a deleted row.';

create trigger leave_unfinished_board after update of status, lease_token on public.vision_board_jobs
  for each row when (
    old.lease_token is not null and old.lease_token is distinct from new.lease_token
    and new.image_storage_path is distinct from vision_board.board_path(old.id, old.lease_token))
  execute function vision_board.leave_boards_to_sweep();
create trigger leave_deleted_board after delete on public.vision_board_jobs
  for each row when (old.lease_token is not null or old.image_storage_path is not null)
  execute function vision_board.leave_boards_to_sweep();

-- security definer: the triggers of a delete write ledgers.
create function vision_board.delete_before_truncate()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from public.vision_board_jobs;
  return null;
end
$$;
comment on function vision_board.delete_before_truncate() is
  'Truncating the jobs leaves behind what deleting them does.';

create trigger delete_before_truncate before truncate on public.vision_board_jobs
  for each statement execute function vision_board.delete_before_truncate();

revoke execute on function
  vision_board.board_path(uuid, uuid),
  vision_board.leave_boards_to_sweep(),
  vision_board.delete_before_truncate()
from public, anon, authenticated;
grant execute on function vision_board.board_path(uuid, uuid) to service_role;
