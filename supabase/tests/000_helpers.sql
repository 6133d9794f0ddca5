-- Helpers for the tests in the folders. pg_prove runs files in alphabetical order, each in a session of its
-- own: this one comes first, and is the only one that commits. To run one file alone, run this one before it.
-- pg_prove compares each plan with what ran, so that no file needs finish().
begin;
select plan(1);

set local client_min_messages = warning; -- it need not be there
drop schema if exists tests cascade;
create schema tests;
grant usage on schema tests to anon, authenticated, service_role;

-- The same id for the same name, of a user or of a job.
create function tests.id(name text) returns uuid language sql immutable as $$
  select md5(name)::uuid
$$;

create table tests.users (id uuid, name text);
grant select on tests.users to service_role;

-- An account with the address <name>@pgtap.test, or another one.
create function tests.create_user(
  name text, confirmed boolean default true, address text default null, is_sso_user boolean default false
) returns void language sql as $$
  insert into tests.users values (tests.id(name), name);
  insert into auth.users (id, email, email_confirmed_at, is_sso_user) values (
    tests.id(name), coalesce(address, name || '@pgtap.test'), case when confirmed then now() end, is_sso_user)
$$;

-- From here on as this user, as PostgREST does it for a token; `reset role` ends it.
create function tests.authenticate_as(name text, address text default null) returns void language sql as $$
  select set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object(
    'role', 'authenticated', 'sub', tests.id(name),
    'email', coalesce(address, name || '@pgtap.test'))::text, true)
$$;

-- A job in any status, written by hand. Its rank tag tells it from the rows that a database already has.
create function tests.create_job(
  name text, status text default 'pending', owner text default null, email text default null,
  path text default null
) returns void language sql as $$
  insert into vision_board_jobs
    (id, name, rank_tag, user_id, email, goals, status, image_storage_path, image_url, error_message)
  values (tests.id(name), name, 'pgtap', tests.id(owner), email, '["Run"]', status, path,
    case when status = 'complete' and path is null then 'https://example.test/board.jpg' end,
    case when status = 'failed' then 'No luck.' end)
$$;

create function tests.job(name text) returns vision_board_jobs language sql stable as $$
  select j from vision_board_jobs as j where j.id = tests.id(job.name) -- a bare name is the column
$$;

-- create_vision_board_job, called for a user, or for a guest's address if `who` is null.
create function tests.request_job(
  who text, address text default null, key text default null, goal text default 'Run',
  max_active integer default 100, max_daily integer default 100
) returns table (
  outcome text, id uuid, created_at timestamptz, expires_at timestamptz, retry_after integer
) language sql as $$
  select * from create_vision_board_job(
    tests.id(who), coalesce(address, who || '@pgtap.test'), jsonb_build_array(goal), 'Ava', '@ava', 'dark',
    key, max_active, max_daily, 30)
$$;

create function tests.owner(job vision_board_jobs) returns text language sql stable as $$
  select coalesce((select name from tests.users where id = job.user_id), 'nobody')
$$;

-- The owners of all rows with this address in any case, such as 'ava, ava, nobody'.
create function tests.owners(address text) returns text language sql stable as $$
  select string_agg(tests.owner(j), ', ' order by tests.owner(j)) from vision_board_jobs as j
  where lower(email) = address
$$;

create function tests.owner_of_new_row(address text) returns text language sql as $$
  insert into vision_board_jobs as j (email, goals) values (address, '["Run"]') returning tests.owner(j)
$$;

-- Who may try what in the tests of rights. Ava is the owner; Cem has not confirmed his address.
create table tests.callers (caller text, role text, claims jsonb);
insert into tests.callers values
  ('anon', 'anon', '{"role": "anon"}'),
  ('the owner', 'authenticated', jsonb_build_object(
    'role', 'authenticated', 'sub', tests.id('ava'), 'email', 'ava@pgtap.test')),
  -- Ben: whatever else a token says opens nothing
  ('another user', 'authenticated', jsonb_build_object(
    'role', 'authenticated', 'sub', tests.id('ben'), 'email', 'ava@pgtap.test',
    'user_metadata', jsonb_build_object('sub', tests.id('ava'), 'email', 'ava@pgtap.test'),
    'app_metadata', jsonb_build_object('role', 'service_role'))),
  ('an unconfirmed user', 'authenticated', jsonb_build_object(
    'role', 'authenticated', 'sub', tests.id('cem'), 'email', 'cem@pgtap.test')),
  ('a token without a user', 'authenticated', '{"role": "authenticated", "email": "cem@pgtap.test"}'),
  ('the service role', 'service_role', '{"role": "service_role"}');

-- What a command comes to for a caller: the number of its rows, or the code of its error. It is undone.
create function tests.outcome(caller text, command text) returns text language plpgsql as $$
declare
  v_caller tests.callers;
  v_rows bigint;
begin
  select * into v_caller from tests.callers as c where c.caller = outcome.caller;
  perform set_config('request.jwt.claims', v_caller.claims::text, true);
  perform set_config('role', v_caller.role, true);
  -- as the Storage API deletes; without it nobody may, by SQL
  perform set_config('storage.allow_delete_query', 'true', true);
  execute command;
  get diagnostics v_rows = row_count;
  raise exception '%', v_rows using errcode = 'PT000';
exception
  when sqlstate 'PT000' then return sqlerrm;
  when others then return sqlstate;
end
$$;

-- The project's own tables and functions.
create view tests.tables as
  select oid, relname, relrowsecurity from pg_class
  where relkind in ('r', 'p')
    and (relnamespace = 'vision_board'::regnamespace or oid = to_regclass('vision_board_jobs'));
create view tests.functions as
  select oid, pronamespace, proname, proargtypes, proconfig, prosecdef from pg_proc
  where pronamespace = 'vision_board'::regnamespace
    or pronamespace = 'public'::regnamespace and proname like '%vision\_board%';

select has_schema('tests', 'the helpers are there');
commit;
