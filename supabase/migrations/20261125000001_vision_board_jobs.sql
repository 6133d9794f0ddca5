-- The job row: what a person asked for, how far it is, and the board in the end.
-- The row is also the outbox (dispatched_at is null: not yet handed to QStash) and the fence
-- (lease_token: who may complete, release or fail it). The state machine is in the next file.

create schema if not exists vision_board;
comment on schema vision_board is
  'What only the backend of vision_board_jobs needs: triggers, ledgers. Not exposed by the API.';
revoke all on schema vision_board from public, anon, authenticated;
grant usage on schema vision_board to service_role;

-- 1 to 12 strings of 1 to 200 characters after trimming. The trimmed set is what JavaScript's
-- String.prototype.trim() removes, so that the database and the function agree on every input.
-- A loop in plpgsql takes 25 µs, a query over jsonb_array_elements in SQL 170 µs, at each update.
create function vision_board.are_goals(goals jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  if pg_catalog.jsonb_typeof(goals) is distinct from 'array' then
    return false;
  end if;
  for i in 0 .. pg_catalog.jsonb_array_length(goals) - 1 loop
    if pg_catalog.jsonb_typeof(goals -> i) <> 'string'
       or pg_catalog.char_length(pg_catalog.btrim(goals ->> i,
            E' \t\n\u000b\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007'
            '\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff')) not between 1 and 200
    then
      return false;
    end if;
  end loop;
  return pg_catalog.jsonb_array_length(goals) between 1 and 12;
end
$$;
comment on function vision_board.are_goals(jsonb) is
  'Whether the value is an array of 1 to 12 strings, each 1 to 200 characters after trimming.';

-- The rules of a row, whoever writes it. One check for them, beside the two lists of values: Postgres parses
-- each check anew in each statement, and twelve took 0.5 ms more of a job's life. Triggers would take 0.2 ms
-- less, but rest while session_replication_role is replica.
create function vision_board.keeps_the_rules(
  email text, name text, rank_tag text, goals jsonb, idempotency_key text,
  status text, attempts integer, dispatch_count integer, lease_token uuid, lease_expires_at timestamptz,
  image_url text, image_storage_path text, error_message text
)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
declare
  v_broken text := case
    when pg_catalog.char_length(email) not between 1 and 320 then 'an address has 1 to 320 characters'
    when pg_catalog.char_length(name) > 80 then 'a name has at most 80 characters'
    when pg_catalog.char_length(rank_tag) > 40 then 'a rank tag has at most 40 characters'
    when not vision_board.are_goals(goals) then 'goals are 1 to 12 strings of 1 to 200 characters'
    when pg_catalog.char_length(idempotency_key) not between 1 and 255
      then 'an idempotency key has 1 to 255 characters'
    when attempts < 0 or dispatch_count < 0 then 'there are no negative counts'
    when status = 'complete' and coalesce(pg_catalog.btrim(image_url), '') = ''
      and coalesce(pg_catalog.btrim(image_storage_path), '') = '' then 'a complete job has an image'
    when status = 'failed' and coalesce(pg_catalog.btrim(error_message), '') = ''
      then 'a failed job has a message'
    when lease_token is not null and lease_expires_at is null then 'a lease ends'
  end;
begin
  if v_broken is not null then
    raise exception '%', v_broken using errcode = 'check_violation';
  end if;
  return true;
end
$$;
comment on function vision_board.keeps_the_rules is
  'Raises 23514 with the rule that a row of vision_board_jobs breaks; it names no value.';

create table public.vision_board_jobs (
  -- version 7: a UUID that begins with its milliseconds, so that new entries of the indexes on id and path
  -- are neighbours. Random ones cost 11 kB of WAL a job at a million rows, as each page is written whole
  -- once between two checkpoints.
  id uuid primary key default encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6
  ), 52, 1), 53, 1), 'hex')::uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  user_id uuid references auth.users (id) on delete cascade,
  email text,
  name text,
  rank_tag text,
  theme text not null default 'light' check (theme in ('light', 'dark')),
  goals jsonb not null,
  idempotency_key text,

  status text not null default 'pending'
    check (status in ('pending', 'processing', 'complete', 'failed')),
  attempts integer not null default 0,
  dispatch_count integer not null default 0,
  dispatched_at timestamptz,
  qstash_message_id text,
  lease_token uuid,
  lease_expires_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz,

  image_url text,
  image_storage_path text,
  error_code text,
  error_message text,

  constraint vision_board_jobs_keep_the_rules check (vision_board.keeps_the_rules(
    email, name, rank_tag, goals, idempotency_key, status, attempts, dispatch_count, lease_token,
    lease_expires_at, image_url, image_storage_path, error_message))
);

comment on table public.vision_board_jobs is
  'One row for each vision board: pending -> processing -> complete or failed. Owners read and delete their '
  'rows; only the service role writes.';
comment on column public.vision_board_jobs.user_id is
  'The owner; decided when the row is written or an address is confirmed, never at read time. Null: '
  'nobody reads it yet.';
comment on column public.vision_board_jobs.email is
  'The address the board was asked for with. It gives no rights by itself.';
comment on column public.vision_board_jobs.rank_tag is 'The person''s Rank tag as they write it, e.g. @ava.';
comment on column public.vision_board_jobs.theme is 'light or dark paper.';
comment on column public.vision_board_jobs.goals is
  'JSON array of 1 to 12 strings, each 1 to 200 characters after trimming.';
comment on column public.vision_board_jobs.idempotency_key is
  'The caller''s key, unique per owner: the same key and request again gives the same job. Emptied when'
  ' a guest''s row becomes an account''s.';
comment on column public.vision_board_jobs.status is
  'pending, processing, complete or failed; the last two never change again.';
comment on column public.vision_board_jobs.attempts is 'How often processing was started (claims).';
comment on column public.vision_board_jobs.dispatch_count is
  'How often the job was handed to QStash. The next dispatch is number dispatch_count + 1, which is '
  'also its deduplication id.';
comment on column public.vision_board_jobs.dispatched_at is
  'When the job was last handed to QStash; null while it waits to be (the row is the outbox).';
comment on column public.vision_board_jobs.qstash_message_id is
  'QStash''s id of the last dispatch, for tracing.';
comment on column public.vision_board_jobs.lease_token is
  'The fence: only who knows it may finish the job. Renewed by every claim.';
comment on column public.vision_board_jobs.lease_expires_at is
  'Until then no other attempt may claim the job.';
comment on column public.vision_board_jobs.started_at is
  'When the attempt that ended the job began; while it runs, the running one.';
comment on column public.vision_board_jobs.finished_at is 'When the job became complete or failed.';
comment on column public.vision_board_jobs.expires_at is
  'The sweep deletes the row and its board after this; null keeps them.';
comment on column public.vision_board_jobs.image_url is
  'A signed URL of the board, valid until expires_at.';
comment on column public.vision_board_jobs.image_storage_path is
  'The board''s path in the bucket vision-boards: <job id>/<lease token>.jpg.';
comment on column public.vision_board_jobs.error_code is
  'Why it failed, for programs: attempts_exhausted, gave_up, misconfigured, ….';
comment on column public.vision_board_jobs.error_message is 'Why it failed, for people.';

-- Indexes, each for a query that exists. The four idx_… have the names of the document that this schema
-- began with. Tried and left out, at 1 M rows: BRIN on created_at (the newest 50: 0.2 → 430 ms); an index
-- each for pending and processing (0.23 ms a job); no index on email, expires_at, failed and unowned rows
-- (all together 0.05 ms a job).
create index vision_board_jobs_owner_idx on public.vision_board_jobs (user_id, created_at desc, id desc);
comment on index public.vision_board_jobs_owner_idx is
  'A user''s own rows, newest first, and page by page (RLS: user_id = auth.uid()); those of the last day for '
  'the daily limit; deletion of an account.';
create index vision_board_jobs_failed_idx on public.vision_board_jobs (user_id, created_at desc, id desc)
  where status = 'failed';
comment on index public.vision_board_jobs_failed_idx is
  'A user''s own failed rows, newest first; the service role''s look-up of failed ones.';
create unique index vision_board_jobs_owner_key_idx on public.vision_board_jobs (user_id, idempotency_key)
  where user_id is not null and idempotency_key is not null;
comment on index public.vision_board_jobs_owner_key_idx is
  'Replays; makes the idempotency key unique per owner.';
-- "C": the index serves a comparison in the same collation only, and hosted databases have another by default
create unique index vision_board_jobs_guest_key_idx
  on public.vision_board_jobs ((lower(email) collate "C"), idempotency_key)
  where user_id is null and idempotency_key is not null;
comment on index public.vision_board_jobs_guest_key_idx is 'The same for a guest''s address.';
create index vision_board_jobs_unowned_idx
  on public.vision_board_jobs ((lower(email) collate "C"), created_at desc) where user_id is null;
comment on index public.vision_board_jobs_unowned_idx is
  'Rows that become an account''s when it confirms their address; a guest''s of the last day.';
create index idx_vision_board_jobs_email on public.vision_board_jobs (email, created_at desc);
comment on index public.idx_vision_board_jobs_email is
  'The service role''s look-up by address: where email = … and status = … order by created_at desc.';
create index idx_vision_board_jobs_qstash_id on public.vision_board_jobs (qstash_message_id)
  where qstash_message_id is not null;
comment on index public.idx_vision_board_jobs_qstash_id is 'From a QStash message to its job, when tracing.';
create index idx_vision_board_jobs_created_at on public.vision_board_jobs (created_at);
comment on index public.idx_vision_board_jobs_created_at is 'Clean-up or statistics by age.';
create index idx_vision_board_jobs_status on public.vision_board_jobs (user_id, (lower(email) collate "C"))
  where status in ('pending', 'processing');
comment on index public.idx_vision_board_jobs_status is
  'The running jobs: the service role''s look-up of them, the sweep, and a requester''s own for the limit.';
create index vision_board_jobs_expiry_idx on public.vision_board_jobs (expires_at);
comment on index public.vision_board_jobs_expiry_idx is 'Sweep: what expired.';

-- Rights: deny first. RLS is one index scan: the owner was decided when the row was written.
alter table public.vision_board_jobs enable row level security;
revoke all on public.vision_board_jobs from public, anon, authenticated, service_role;
grant select, delete on public.vision_board_jobs to authenticated;
grant select, insert, update, delete on public.vision_board_jobs to service_role;

create policy "Owners read their boards" on public.vision_board_jobs
  for select to authenticated using (user_id = (select auth.uid()));
create policy "Owners delete their boards" on public.vision_board_jobs
  for delete to authenticated using (user_id = (select auth.uid()));

-- Live updates for frontends, where the project has Realtime (row-level security holds there too).
do $$
begin
  if exists (
    select 1 from pg_catalog.pg_publication where pubname = 'supabase_realtime' and not puballtables
  ) then
    alter publication supabase_realtime add table public.vision_board_jobs;
  end if;
end
$$;

revoke execute on all functions in schema vision_board from public, anon, authenticated;
grant execute on function vision_board.are_goals(jsonb), vision_board.keeps_the_rules to service_role;
