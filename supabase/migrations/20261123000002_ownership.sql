-- Who a row belongs to is decided when it is written or when an address is confirmed, so that a read
-- is `user_id = auth.uid()` and nothing else (deciding by email at read time costs 15 ms instead of
-- 0.02 ms at three million rows, and trusts addresses that nobody confirmed).
--
-- Only a *confirmed* address of an account counts. Single sign-on accounts do not: their identity
-- provider may claim any address.

-- Two locks put concurrent writers in one order: a guest's row and the confirmation of its address cannot
-- miss each other, nor can two requests of one requester pass a limit or take one key.
create function vision_board.lock_address(address text)
returns void
language sql
set search_path = ''
as $$ select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('vision_board:address:' || pg_catalog.lower(address), 0)) $$;
comment on function vision_board.lock_address(text) is 'Held to the end of the transaction by who decides about rows of this address.';

create function vision_board.lock_requester(requester text)
returns void
language sql
set search_path = ''
as $$ select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('vision_board:requester:' || requester, 0)) $$;
comment on function vision_board.lock_requester(text) is 'Held to the end of the transaction by who counts or spends this requester''s quota and keys.';

-- Who asked, for quotas: an account, or an address. Guests are kept apart from the account that their
-- address belongs to, so that a stranger who types it cannot use up its owner's limits or see its keys.
create function vision_board.requester(user_id uuid, email text)
returns text
language sql immutable
set search_path = ''
as $$
  select case
    when user_id is not null then 'user:' || user_id::text
    when email is not null then 'guest:' || pg_catalog.encode(
      pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.lower(email), 'UTF8')), 'hex')
  end
$$;
comment on function vision_board.requester(uuid, text) is
  'user:<id>, or guest:<SHA-256 of the lower-cased address>, or null for neither.';

-- What was asked for, to know the same request again without keeping it.
create function vision_board.fingerprint(goals jsonb, name text, rank_tag text, theme text)
returns bytea
language sql stable
set search_path = ''
as $$
  select pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.jsonb_build_array(goals, name, rank_tag, theme)::text, 'UTF8'))
$$;
comment on function vision_board.fingerprint(jsonb, text, text, text) is
  'SHA-256 of a request: two requests with one key are the same if this is.';

create table vision_board.requests (
  job_id uuid primary key,
  requester text not null,
  idempotency_key text,
  fingerprint bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  gone_at timestamptz
);
comment on table vision_board.requests is
  'Who asked for which job. It outlives the job for a day: deleting boards does not give the daily limit back, and a copy of the request that a network held back does not bring a deleted board back. Addresses and requests only as hashes.';
comment on column vision_board.requests.job_id is 'No foreign key: the job may be gone already.';
comment on column vision_board.requests.requester is 'As vision_board.requester() writes it.';
comment on column vision_board.requests.idempotency_key is 'As it was sent, also where the row has lost it to a new owner.';
comment on column vision_board.requests.fingerprint is 'As vision_board.fingerprint() computes it.';
comment on column vision_board.requests.expires_at is 'The job''s, for the same answer again.';
comment on column vision_board.requests.gone_at is 'When the job was deleted; null while it is there.';
create index requests_requester_idx on vision_board.requests (requester, created_at desc);
comment on index vision_board.requests_requester_idx is 'A requester''s jobs of the last day, and the running ones.';
create unique index requests_key_idx on vision_board.requests (requester, idempotency_key)
  where idempotency_key is not null;
comment on index vision_board.requests_key_idx is 'Replays: has this requester sent this idempotency key before?';
create index requests_gone_idx on vision_board.requests (gone_at) where gone_at is not null;
comment on index vision_board.requests_gone_idx is 'Sweep: entries whose job has been gone for a day.';
alter table vision_board.requests enable row level security;
create policy "Only the backend" on vision_board.requests to service_role using (true) with check (true);
grant select, insert, update, delete on vision_board.requests to service_role;

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
    -- create never gets here with a key that was used; who writes rows by hand may use it again once its job is gone
    update vision_board.requests as r set idempotency_key = null
    where r.requester = v_requester and r.idempotency_key = new.idempotency_key and r.gone_at is not null;
    insert into vision_board.requests (job_id, requester, idempotency_key, fingerprint, created_at, expires_at)
    values (new.id, v_requester, new.idempotency_key,
      vision_board.fingerprint(new.goals, new.name, new.rank_tag, new.theme), new.created_at, new.expires_at)
    on conflict (job_id) do update set gone_at = null;
  end if;

  if new.user_id is null and new.email is not null then
    perform vision_board.lock_address(new.email);
    new.user_id := vision_board.confirmed_account(new.email);
    if new.user_id is not null then
      new.idempotency_key := null; -- a guest's key is not one of the account's; the ledger keeps it
    end if;
  end if;
  return new;
end
$$;
comment on function vision_board.record_request_and_owner() is
  'Notes who asked, then gives a row that has an address and no owner to the account whose confirmed address it is.';

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
     or (tg_op = 'UPDATE' and old.email is not distinct from new.email and old.email_confirmed_at is not null) then
    return null;
  end if;

  perform vision_board.lock_address(new.email);
  update public.vision_board_jobs as j
  set user_id = new.id, idempotency_key = null -- as in record_request_and_owner
  -- "C" folds ASCII only: an account's address is not made another one by a letter such as the Kelvin sign
  where j.user_id is null and pg_catalog.lower(j.email) = pg_catalog.lower(new.email collate "C");
  return null;
exception when others then
  raise warning 'vision boards of account % were not handed over (SQLSTATE %)', new.id, sqlstate;
  return null;
end
$$;
comment on function vision_board.hand_over_confirmed_rows() is
  'When an account confirms an address (sign-up, later, or a change of address), unowned rows of that address become its own.';

create trigger vision_board_hand_over_confirmed_rows
  after insert or update of email, email_confirmed_at on auth.users
  for each row execute function vision_board.hand_over_confirmed_rows();

revoke execute on all functions in schema vision_board from public, anon, authenticated;
grant execute on function
  vision_board.requester(uuid, text),
  vision_board.lock_requester(text),
  vision_board.fingerprint(jsonb, text, text, text)
to service_role;
