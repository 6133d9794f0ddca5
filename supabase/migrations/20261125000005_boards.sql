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

create table vision_board.unreferenced_boards (
  path text primary key,
  lease_token uuid,
  removable_at timestamptz not null
);
comment on table vision_board.unreferenced_boards is
  'Paths in the bucket that an attempt may have written and no row names: of attempts that have not '
  'completed, and of deleted rows. The sweep removes the objects, then the entries.';
comment on column vision_board.unreferenced_boards.lease_token is
  'The attempt that may write the path; null for the board of a deleted row.';
comment on column vision_board.unreferenced_boards.removable_at is
  'Not before: a worker may still be writing. Ten minutes after its lease, longer than any function '
  'lives.';
create index unreferenced_boards_removable_idx on vision_board.unreferenced_boards (removable_at);
comment on index vision_board.unreferenced_boards_removable_idx is 'Sweep: paths that may be removed.';
alter table vision_board.unreferenced_boards enable row level security;
create policy "Only the backend" on vision_board.unreferenced_boards
  to service_role using (true) with check (true);
grant select, insert, update, delete on vision_board.unreferenced_boards to service_role;
