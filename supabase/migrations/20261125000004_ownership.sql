-- Who a row belongs to is decided when it is written or when an address is confirmed, so that a read
-- is `user_id = auth.uid()` and nothing else (deciding by email at read time costs 15 ms instead of
-- 0.02 ms at three million rows, and trusts addresses that nobody confirmed).
--
-- Only a *confirmed* address of an account counts. Single sign-on accounts do not: their identity
-- provider may claim any address.

-- security definer: reads auth.users, which the service role may not.
create function vision_board.confirmed_account(address text)
returns uuid
language sql stable security definer
set search_path = ''
as $$
  select u.id
  from auth.users as u
  where u.email = pg_catalog.lower(address)
    and u.is_sso_user = false
    and u.email_confirmed_at is not null
  limit 1
$$;
comment on function vision_board.confirmed_account(text) is
  'The account whose confirmed address this is, or null. Supabase Auth stores addresses in lower case.';

-- security definer: writes the ledger, whoever inserts.
create function vision_board.record_request_and_owner()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_requester text := vision_board.requester(new.user_id, new.email);
begin
  if tg_op = 'INSERT' and v_requester is not null then
    -- create never gets here with a key that was used; a row written by hand may use one whose job is gone
    update vision_board.requests as r set idempotency_key = null
    where r.requester = v_requester and r.idempotency_key = new.idempotency_key and r.gone_at is not null;
    insert into vision_board.requests (
      job_id, requester, idempotency_key, fingerprint, created_at, expires_at)
    values (new.id, v_requester, new.idempotency_key,
      vision_board.fingerprint(new.goals, new.name, new.rank_tag, new.theme), new.created_at, new.expires_at)
    on conflict (job_id) do update set gone_at = null;
  end if;

  if new.user_id is null and new.email is not null then
    perform vision_board.lock('address:' || pg_catalog.lower(new.email));
    new.user_id := vision_board.confirmed_account(new.email);
    if new.user_id is not null then
      new.idempotency_key := null; -- a guest's key is not one of the account's; the ledger keeps it
    end if;
  end if;
  return new;
end
$$;
comment on function vision_board.record_request_and_owner() is
  'Records who asked, then gives a row that has an address and no owner to the account whose confirmed '
  'address it is.';

create trigger record_request_and_owner before insert or update of email, user_id on public.vision_board_jobs
  for each row execute function vision_board.record_request_and_owner();

-- security definer: fires as Supabase Auth's own role, which has no rights on jobs.
-- It must never make a sign-up or a confirmation fail: whatever goes wrong here becomes a warning.
create function vision_board.hand_over_confirmed_rows()
returns trigger
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s' -- a sign-up waits no longer than this for anybody
as $$
begin
  if new.email is null or new.email_confirmed_at is null or new.is_sso_user
     or (tg_op = 'UPDATE'
         and old.email is not distinct from new.email and old.email_confirmed_at is not null) then
    return null;
  end if;

  perform vision_board.lock('address:' || pg_catalog.lower(new.email));
  update public.vision_board_jobs as j
  set user_id = new.id, idempotency_key = null -- as in record_request_and_owner
  -- "C" folds ASCII only: else a letter such as the Kelvin sign would turn one address into another
  where j.user_id is null and pg_catalog.lower(j.email) = pg_catalog.lower(new.email collate "C");
  return null;
exception when others then
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

-- security definer: reads auth.users. hand_over_confirmed_rows only warns when it meets an error, or waits
-- two seconds for a lock; this catches up on what it missed. It may fail in the same way, and must not stop
-- the rest of the sweep.
create function vision_board.hand_over_missed_rows(p_limit integer)
returns void
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s'
as $$
declare
  v_address text;
begin
  for v_address in
    select distinct pg_catalog.lower(j.email)
    from public.vision_board_jobs as j join auth.users as u on u.email = pg_catalog.lower(j.email)
    where j.user_id is null and u.is_sso_user = false and u.email_confirmed_at is not null
    order by 1 limit p_limit
  loop
    perform vision_board.lock('address:' || v_address); -- before the rows, as hand_over_confirmed_rows does
    update public.vision_board_jobs as j set email = j.email -- record_request_and_owner decides
    where j.user_id is null and pg_catalog.lower(j.email) = v_address;
  end loop;
exception when others then
  raise warning 'vision boards of confirmed addresses were not handed over (SQLSTATE %)', sqlstate;
end
$$;
comment on function vision_board.hand_over_missed_rows(integer) is
  'Rows without an owner whose address is confirmed by now become the account''s, at most p_limit '
  'addresses.';

revoke execute on function
  vision_board.confirmed_account(text),
  vision_board.record_request_and_owner(),
  vision_board.hand_over_confirmed_rows(),
  vision_board.hand_over_missed_rows(integer)
from public, anon, authenticated;
grant execute on function vision_board.hand_over_missed_rows(integer) to service_role;
