-- What a deleted row leaves behind, however it is deleted: the path of its board, for the sweep to
-- remove the object, and its request, to be forgotten in a day. And what a deleted account leaves behind.

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

-- A hard delete of an account cascades. A soft delete of Supabase Auth keeps the account's row, scrambles
-- its address and sets deleted_at: https://github.com/supabase/auth/blob/master/internal/models/user.go
create table vision_board.deleted_accounts (
  user_id uuid primary key references auth.users (id) on delete cascade,
  deleted_at timestamptz not null default now()
);
comment on table vision_board.deleted_accounts is
  'Accounts that were soft-deleted. For an hour the sweep deletes what the trigger left of their rows.';
comment on column vision_board.deleted_accounts.user_id is
  'The foreign key empties the ledger when the account is deleted for good: its rows go in the same way.';
comment on column vision_board.deleted_accounts.deleted_at is 'When Supabase Auth deleted it.';
alter table vision_board.deleted_accounts enable row level security;
create policy "Only the backend" on vision_board.deleted_accounts
  to service_role using (true) with check (true);
grant select, insert, update, delete on vision_board.deleted_accounts to service_role;

create function vision_board.delete_jobs_of_account(account uuid, p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_deleted integer;
begin
  -- skip locked: a job that is changing at this moment goes with the next sweep
  delete from public.vision_board_jobs as j
  where j.id = any (array(
    select o.id from public.vision_board_jobs as o
    where o.user_id = account limit p_limit for update skip locked));
  get diagnostics v_deleted = row_count;
  return v_deleted;
end
$$;
comment on function vision_board.delete_jobs_of_account(uuid, integer) is
  'Deletes at most p_limit of an account''s rows, and waits for nobody. Returns how many it deleted.';

-- security definer: fires as Supabase Auth's own role, which has no rights on jobs.
-- It must never make the deletion fail, nor keep it: 1000 rows at most, the sweep deletes the others.
create function vision_board.delete_jobs_of_soft_deleted_account()
returns trigger
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s'
as $$
begin
  insert into vision_board.deleted_accounts (user_id) values (new.id)
  on conflict (user_id) do update set deleted_at = excluded.deleted_at;
  begin
    perform vision_board.delete_jobs_of_account(new.id, 1000);
  -- others leaves out query_canceled, which a statement_timeout raises
  exception when query_canceled or others then
    raise warning 'vision boards of account % are left to the sweep (SQLSTATE %)', new.id, sqlstate;
  end;
  return null;
exception when query_canceled or others then
  raise warning 'vision boards of account % were not deleted (SQLSTATE %)', new.id, sqlstate;
  return null;
end
$$;
comment on function vision_board.delete_jobs_of_soft_deleted_account() is
  'When Supabase Auth soft-deletes an account, its rows go, as with a hard delete.';

create trigger vision_board_delete_jobs_of_soft_deleted_account
  after update of deleted_at on auth.users
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function vision_board.delete_jobs_of_soft_deleted_account();

create function vision_board.delete_jobs_of_deleted_accounts(p_limit integer)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_account uuid;
  v_left integer := p_limit;
begin
  for v_account in
    select a.user_id from vision_board.deleted_accounts as a order by a.deleted_at limit p_limit
  loop
    v_left := v_left - vision_board.delete_jobs_of_account(v_account, v_left);
  end loop;
  -- an hour: a row that was being written while the account was deleted is found too
  delete from vision_board.deleted_accounts as a
  where a.deleted_at < now() - interval '1 hour'
    and not exists (select from public.vision_board_jobs as j where j.user_id = a.user_id);
end
$$;
comment on function vision_board.delete_jobs_of_deleted_accounts(integer) is
  'Sweep: deletes at most p_limit rows that soft-deleted accounts still have.';

-- security definer: reads auth.users, which the service role may not.
create function vision_board.is_account(p_user_id uuid)
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (select from auth.users as u where u.id = p_user_id and u.deleted_at is null)
$$;
comment on function vision_board.is_account(uuid) is
  'Whether this account exists and was not soft-deleted. Access tokens outlive both by up to an hour.';

revoke execute on function
  vision_board.record_deleted_jobs(),
  vision_board.record_truncated_jobs(),
  vision_board.delete_jobs_of_account(uuid, integer),
  vision_board.delete_jobs_of_soft_deleted_account(),
  vision_board.delete_jobs_of_deleted_accounts(integer),
  vision_board.is_account(uuid)
from public, anon, authenticated;
grant execute on function
  vision_board.delete_jobs_of_account(uuid, integer),
  vision_board.delete_jobs_of_deleted_accounts(integer),
  vision_board.is_account(uuid)
to service_role;
