-- Who a row belongs to is decided when it is written or when an address is confirmed, so that a read
-- is `user_id = auth.uid()` and nothing else (deciding by email at read time costs 15 ms instead of
-- 0.02 ms at three million rows, and trusts addresses that nobody confirmed).
--
-- Only a *confirmed* address of an account counts. Single sign-on accounts do not: their identity
-- provider may claim any address.

-- security definer: reads auth.users, which the service role may not.
create function vision_board.confirmed_account(address text)
returns uuid
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (
    select u.id
    from auth.users as u
    where u.email = pg_catalog.lower(address)
      and u.is_sso_user = false
      and u.email_confirmed_at is not null
    limit 1);
end
$$;
comment on function vision_board.confirmed_account(text) is
  'The account whose confirmed address this is, or null. Supabase Auth stores addresses in lower case.';

-- security definer: reads auth.users.
create function vision_board.is_account(p_user_id uuid)
returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (select from auth.users as u where u.id = p_user_id and u.deleted_at is null);
end
$$;
comment on function vision_board.is_account(uuid) is
  'Whether this account exists and was not soft-deleted. Access tokens outlive both by up to an hour.';

-- security definer: writes the ledger, whoever inserts.
create function vision_board.give_row_to_account()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_account uuid;
begin
  perform vision_board.lock('address:' || pg_catalog.lower(new.email));
  v_account := vision_board.confirmed_account(new.email);
  if v_account is not null then
    if tg_op = 'INSERT' then -- keep_request does it for an update
      perform vision_board.remember_request(new);
    end if;
    new.user_id := v_account;
    new.idempotency_key := null; -- a guest's key is not one of the account's; the ledger keeps it
  end if;
  return new;
end
$$;
comment on function vision_board.give_row_to_account() is
  'Gives a row that has an address and no owner to the account whose confirmed address it is.';

create trigger give_row_to_account before insert or update of email, user_id on public.vision_board_jobs
  for each row when (new.user_id is null and new.email is not null)
  execute function vision_board.give_row_to_account();

create table vision_board.unsettled_accounts (
  user_id uuid primary key,
  looked_at timestamptz not null default now()
);
comment on table vision_board.unsettled_accounts is
  'Accounts whose rows the sweep still has to hand over, or to delete. A work list: looking for them among a '
  'million unowned rows took 1.7 s.';
comment on column vision_board.unsettled_accounts.user_id is
  'No foreign key: the account may be gone already.';
comment on column vision_board.unsettled_accounts.looked_at is
  'When the sweep last looked after it: the others come first.';
create index unsettled_accounts_looked_idx on vision_board.unsettled_accounts (looked_at);
comment on index vision_board.unsettled_accounts_looked_idx is 'Sweep: the accounts that waited longest.';
alter table vision_board.unsettled_accounts enable row level security;
create policy "Only the backend" on vision_board.unsettled_accounts
  to service_role using (true) with check (true);
grant select, insert, update, delete on vision_board.unsettled_accounts to service_role;

create function vision_board.hand_over(account uuid, address text, p_limit integer)
returns integer
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan -- planned anew each time it took 0.15 ms more, of 0.7
as $$
declare
  v_count integer;
begin
  -- before the rows, as give_row_to_account does
  perform vision_board.lock('address:' || pg_catalog.lower(address));
  update public.vision_board_jobs as j
  set user_id = account, idempotency_key = null -- as in give_row_to_account
  where j.id = any (array(
    select w.id from public.vision_board_jobs as w
    where w.user_id is null
      -- on the left the index's own expression. On the right "C" folds ASCII only: else a letter such as the
      -- Kelvin sign would turn one address into another
      and pg_catalog.lower(w.email) collate "C" = pg_catalog.lower(address collate "C")
    order by w.created_at desc limit p_limit));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function vision_board.hand_over(uuid, text, integer) is
  'Gives the newest p_limit unowned rows of an address to an account. Returns how many there were.';

-- security definer: fires as Supabase Auth's own role, which has no rights on jobs.
-- It must never make a sign-up or a confirmation fail, nor delay it: whatever goes wrong here becomes a
-- warning. The newest hundred rows are handed over at once, the others by the sweep: 10,000 took 1.35 s.
create function vision_board.hand_over_confirmed_rows()
returns trigger
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s' -- a sign-up waits no longer than this for anybody
as $$
declare
  v_done boolean := false;
begin
  if new.email is null or new.email_confirmed_at is null or new.is_sso_user
     or (tg_op = 'UPDATE'
         and old.email is not distinct from new.email and old.email_confirmed_at is not null) then
    return null;
  end if;

  begin
    v_done := vision_board.hand_over(new.id, new.email, 100) < 100;
  -- others leaves out query_canceled, which a statement_timeout raises
  exception when query_canceled or others then
    raise warning 'vision boards of account % are left to the sweep (SQLSTATE %)', new.id, sqlstate;
  end;
  if not v_done then
    insert into vision_board.unsettled_accounts (user_id) values (new.id) on conflict (user_id) do nothing;
  end if;
  return null;
exception when query_canceled or others then
  raise warning 'vision boards of account % were not handed over (SQLSTATE %)', new.id, sqlstate;
  return null;
end
$$;
comment on function vision_board.hand_over_confirmed_rows() is
  'When an account confirms an address (sign-up, later, or a change of address), unowned rows of that '
  'address become its own.';

create trigger vision_board_hand_over_confirmed_rows
  after insert or update of email, email_confirmed_at on auth.users
  for each row execute function vision_board.hand_over_confirmed_rows();

-- A hard delete of an account cascades. A soft delete of Supabase Auth keeps the account's row, scrambles
-- its address and sets deleted_at: https://github.com/supabase/auth/blob/master/internal/models/user.go
-- security definer: the same. Nor may it make a deletion fail or delay it: the sweep deletes the rows.
create function vision_board.leave_deleted_account_to_sweep()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into vision_board.unsettled_accounts (user_id) values (new.id) on conflict (user_id) do nothing;
  return null;
exception when query_canceled or others then
  raise warning 'vision boards of account % were not deleted (SQLSTATE %)', new.id, sqlstate;
  return null;
end
$$;
comment on function vision_board.leave_deleted_account_to_sweep() is
  'When Supabase Auth soft-deletes an account, the next sweep deletes its rows, as a hard delete would.';

create trigger vision_board_leave_deleted_account_to_sweep after update of deleted_at on auth.users
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function vision_board.leave_deleted_account_to_sweep();

-- security definer: reads auth.users.
create function vision_board.settle_accounts(p_limit integer)
returns void
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s'
as $$
declare
  v_started timestamptz := pg_catalog.clock_timestamp();
  v_left integer := p_limit;
  v_user_id uuid;
  v_account record;
  v_count integer;
begin
  for v_user_id in
    select a.user_id from vision_board.unsettled_accounts as a order by a.looked_at limit p_limit
  loop
    v_count := 0;
    select u.email, u.email_confirmed_at, u.is_sso_user, u.deleted_at into v_account
    from auth.users as u where u.id = v_user_id;
    begin
      if v_account.deleted_at is not null then
        delete from public.vision_board_jobs as j
        -- skip locked: a job that is changing at this moment goes with the next sweep
        where j.id = any (array(
          select o.id from public.vision_board_jobs as o
          where o.user_id = v_user_id limit v_left for update skip locked));
        get diagnostics v_count = row_count;
      elsif v_account.email_confirmed_at is not null and not v_account.is_sso_user
            and v_account.email is not null then
        v_count := vision_board.hand_over(v_user_id, v_account.email, v_left);
      end if;
      v_left := v_left - v_count;
      delete from vision_board.unsettled_accounts as a
      where a.user_id = v_user_id and v_left > 0
        and (v_account.deleted_at is null
          -- an hour: a row that was being written while the account was deleted is found too
          or v_account.deleted_at < pg_catalog.now() - interval '1 hour'
             and not exists (select from public.vision_board_jobs as j where j.user_id = a.user_id));
    exception when query_canceled or others then
      raise warning 'account % waits for the next sweep (SQLSTATE %)', v_user_id, sqlstate;
    end;
    update vision_board.unsettled_accounts as a set looked_at = pg_catalog.clock_timestamp()
    where a.user_id = v_user_id;
    exit when v_left <= 0 or pg_catalog.clock_timestamp() > v_started + interval '2 seconds';
  end loop;
end
$$;
comment on function vision_board.settle_accounts(integer) is
  'Hands over or deletes at most p_limit rows of the accounts that wait for it, for two seconds or a little '
  'more. One that cannot be settled does not keep the others waiting.';

revoke execute on function
  vision_board.confirmed_account(text),
  vision_board.is_account(uuid),
  vision_board.give_row_to_account(),
  vision_board.hand_over(uuid, text, integer),
  vision_board.hand_over_confirmed_rows(),
  vision_board.leave_deleted_account_to_sweep(),
  vision_board.settle_accounts(integer)
from public, anon, authenticated;
grant execute on function vision_board.is_account(uuid), vision_board.settle_accounts(integer)
to service_role;
