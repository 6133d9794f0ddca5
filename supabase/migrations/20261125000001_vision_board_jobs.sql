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
create function vision_board.are_goals(goals jsonb)
returns boolean
language sql immutable
set search_path = ''
as $$
  select case when pg_catalog.jsonb_typeof(goals) = 'array' then
    pg_catalog.jsonb_array_length(goals) between 1 and 12
    and not exists (
      select 1
      from pg_catalog.jsonb_array_elements(goals) as goal
      where pg_catalog.jsonb_typeof(goal) <> 'string'
        or pg_catalog.char_length(pg_catalog.btrim(goal #>> '{}',
             E' \t\n\u000b\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007'
             '\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff')) not between 1 and 200
    )
  else false end
$$;
comment on function vision_board.are_goals(jsonb) is
  'Whether the value is an array of 1 to 12 strings, each 1 to 200 characters after trimming.';

create table public.vision_board_jobs (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  user_id uuid references auth.users (id) on delete cascade,
  email text check (char_length(email) between 1 and 320),
  name text check (char_length(name) <= 80),
  rank_tag text check (char_length(rank_tag) <= 40),
  theme text not null default 'light' check (theme in ('light', 'dark')),
  goals jsonb not null check (vision_board.are_goals(goals)),
  idempotency_key text check (char_length(idempotency_key) between 1 and 255),

  status text not null default 'pending'
    check (status in ('pending', 'processing', 'complete', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  dispatch_count integer not null default 0 check (dispatch_count >= 0),
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

  constraint complete_has_an_image check
    (status <> 'complete'
     or coalesce(btrim(image_url), '') <> '' or coalesce(btrim(image_storage_path), '') <> ''),
  constraint failed_has_a_message check
    (status <> 'failed' or coalesce(btrim(error_message), '') <> ''),
  constraint a_lease_ends check
    (lease_token is null or lease_expires_at is not null)
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

-- Indexes, each for a query that exists.
create index vision_board_jobs_owner_idx on public.vision_board_jobs (user_id, created_at desc);
comment on index public.vision_board_jobs_owner_idx is
  'A user''s own rows, newest first (RLS: user_id = auth.uid()); deletion of an account.';
create unique index vision_board_jobs_owner_key_idx on public.vision_board_jobs (user_id, idempotency_key)
  where user_id is not null and idempotency_key is not null;
comment on index public.vision_board_jobs_owner_key_idx is 'Makes the idempotency key unique per owner.';
create unique index vision_board_jobs_guest_key_idx
  on public.vision_board_jobs (lower(email), idempotency_key)
  where user_id is null and idempotency_key is not null;
comment on index public.vision_board_jobs_guest_key_idx is 'The same for a guest''s address.';
create index vision_board_jobs_unowned_idx on public.vision_board_jobs (lower(email)) where user_id is null;
comment on index public.vision_board_jobs_unowned_idx is
  'Rows that become an account''s when it confirms their address.';
create index vision_board_jobs_email_idx on public.vision_board_jobs (email, created_at desc);
comment on index public.vision_board_jobs_email_idx is
  'The service role''s look-up by address: where email = … and status = … order by created_at desc.';
create index vision_board_jobs_qstash_idx on public.vision_board_jobs (qstash_message_id)
  where qstash_message_id is not null;
comment on index public.vision_board_jobs_qstash_idx is 'From a QStash message to its job, when tracing.';
create index vision_board_jobs_created_idx on public.vision_board_jobs (created_at);
comment on index public.vision_board_jobs_created_idx is 'Clean-up or statistics by age.';
create index vision_board_jobs_pending_idx on public.vision_board_jobs (dispatched_at nulls first)
  where status = 'pending';
comment on index public.vision_board_jobs_pending_idx is 'Sweep: what was never dispatched, or long ago.';
create index vision_board_jobs_processing_idx on public.vision_board_jobs (lease_expires_at)
  where status = 'processing';
comment on index public.vision_board_jobs_processing_idx is 'Sweep: what a dead worker left behind.';
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
grant execute on function vision_board.are_goals(jsonb) to service_role;
