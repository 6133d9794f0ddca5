-- Requests: who asked for what. Limits count them, and idempotency keys are looked up here. They outlive
-- their jobs by a day. While a row is as it was asked for, it says so itself; the ledger begins where the row
-- ends or changes.

-- Who asked, for quotas: an account, or an address. Guests are kept apart from the account that their
-- address belongs to, so that a stranger who types it cannot use up its owner's limits or see its keys.
-- plpgsql here and in other small functions: Postgres plans one in SQL anew at each call, as `set` keeps it
-- from being inlined, and that took 0.6 ms of a job's life.
create function vision_board.requester(user_id uuid, email text)
returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when user_id is not null then 'user:' || user_id::text
    when email is not null then 'guest:' || pg_catalog.encode(
      pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.lower(email), 'UTF8')), 'hex')
  end;
end
$$;
comment on function vision_board.requester(uuid, text) is
  'user:<id>, or guest:<SHA-256 of the lower-cased address>, or null for neither.';

-- What was asked for, to recognise the same request without keeping it.
create function vision_board.fingerprint(goals jsonb, name text, rank_tag text, theme text)
returns bytea
language plpgsql stable
set search_path = ''
as $$
begin
  return pg_catalog.sha256(pg_catalog.convert_to(
    pg_catalog.jsonb_build_array(goals, name, rank_tag, theme)::text, 'UTF8'));
end
$$;
comment on function vision_board.fingerprint(jsonb, text, text, text) is
  'SHA-256 of a request: two requests with one key are the same if this is.';

-- Locks put concurrent writers in one order. By requester: simultaneous requests cannot pass a limit or
-- take one key. By address: a guest's row and the confirmation of its address cannot miss each other.
create function vision_board.lock(subject text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('vision_board:' || subject, 0));
end
$$;
comment on function vision_board.lock(text) is
  'Locks requester:<requester> or address:<address in lower case> to the end of the transaction.';

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
  'Who asked for which job, where its row does not say so any more: it was deleted, handed over, or changed '
  'by hand. An entry outlives the job for a day: deleting boards does not give the daily limit back, and a '
  'copy of the request that a network held back does not bring a deleted board back. Addresses and requests '
  'only as hashes.';
comment on column vision_board.requests.job_id is 'No foreign key: the job may be gone already.';
comment on column vision_board.requests.requester is 'As vision_board.requester() writes it.';
comment on column vision_board.requests.idempotency_key is
  'As it was sent; kept when a hand-over clears it in the row. Not unique: a row written by hand may use the '
  'key of a deleted job.';
comment on column vision_board.requests.fingerprint is 'As vision_board.fingerprint() computes it.';
comment on column vision_board.requests.expires_at is 'The job''s, to replay the same answer.';
comment on column vision_board.requests.gone_at is 'When the job was deleted; null while it is there.';
create index requests_requester_idx on vision_board.requests (requester, created_at desc);
comment on index vision_board.requests_requester_idx is
  'A requester''s jobs of the last day, and the running ones.';
create index requests_key_idx on vision_board.requests (requester, idempotency_key)
  where idempotency_key is not null;
comment on index vision_board.requests_key_idx is
  'Replays: has this requester sent this idempotency key before?';
create index requests_gone_idx on vision_board.requests (gone_at) where gone_at is not null;
comment on index vision_board.requests_gone_idx is 'Sweep: entries whose job has been gone for a day.';
alter table vision_board.requests enable row level security;
create policy "Only the backend" on vision_board.requests to service_role using (true) with check (true);
grant select, insert, update, delete on vision_board.requests to service_role;

create function vision_board.remember_request(job public.vision_board_jobs, gone_at timestamptz default null)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if job.user_id is null and job.email is null then
    return; -- nobody asked
  end if;
  insert into vision_board.requests (
    job_id, requester, idempotency_key, fingerprint, created_at, expires_at, gone_at)
  values (job.id, vision_board.requester(job.user_id, job.email), job.idempotency_key,
    vision_board.fingerprint(job.goals, job.name, job.rank_tag, job.theme), job.created_at, job.expires_at,
    remember_request.gone_at)
  on conflict (job_id) do update set gone_at = excluded.gone_at;
end
$$;
comment on function vision_board.remember_request(public.vision_board_jobs, timestamptz) is
  'Writes down who asked for a job, unless that was done before, and that it is gone if it is.';

-- security definer: owners delete rows, and so does the deletion of an account; neither may write ledgers.
create function vision_board.keep_request()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform vision_board.remember_request(old, case tg_op when 'DELETE' then pg_catalog.now() end);
  return null;
end
$$;
comment on function vision_board.keep_request() is
  'Writes down who asked for a job before its row changes or goes.';

-- the life of a job changes none of these columns
create trigger keep_changed_request
  after update of user_id, email, name, rank_tag, theme, goals, idempotency_key, expires_at
  on public.vision_board_jobs for each row
  when ((old.user_id, old.email, old.name, old.rank_tag, old.theme, old.goals, old.idempotency_key,
         old.expires_at)
    is distinct from
      (new.user_id, new.email, new.name, new.rank_tag, new.theme, new.goals, new.idempotency_key,
       new.expires_at))
  execute function vision_board.keep_request();
create trigger keep_deleted_request after delete on public.vision_board_jobs
  for each row execute function vision_board.keep_request();

revoke execute on function
  vision_board.requester(uuid, text),
  vision_board.fingerprint(jsonb, text, text, text),
  vision_board.lock(text),
  vision_board.remember_request(public.vision_board_jobs, timestamptz),
  vision_board.keep_request()
from public, anon, authenticated;
grant execute on function
  vision_board.requester(uuid, text),
  vision_board.fingerprint(jsonb, text, text, text),
  vision_board.lock(text)
to service_role;
