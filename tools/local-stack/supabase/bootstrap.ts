/** What a hosted database has before the first migration, and neither plain Postgres nor lite has. */

/** Roles, and the privileges that new objects get by default. Must run before anything is created. */
export const ROLES_AND_GRANTS = `
do $$
declare
  wanted record;
begin
  for wanted in select * from (values
    ('anon', ''), ('authenticated', ''), ('service_role', 'bypassrls'),
    ('authenticator', ''), ('supabase_admin', ''),
    ('supabase_auth_admin', ''), ('supabase_storage_admin', '')
  ) as roles(name, attributes)
  loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      execute format('create role %I nologin noinherit %s', wanted.name, wanted.attributes);
    end if;
  end loop;
end $$;
grant anon, authenticated, service_role to authenticator;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s'; -- service_role has none of its own
alter role authenticator set lock_timeout = '8s';

create schema if not exists extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
alter database postgres set search_path to "$user", public, extensions;
set search_path to "$user", public, extensions;

grant usage on schema public, extensions to anon, authenticated, service_role;
alter default privileges in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public
  grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public
  grant all on functions to anon, authenticated, service_role;

do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end $$;
`;

/**
 * lite's own read `request.jwt.claim.sub` and the like, which PostgREST no longer sets and pgTAP tests do
 * not either. As on hosted Supabase, these read `request.jwt.claims`.
 */
export const AUTH_FUNCTIONS = `
create schema if not exists auth;
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
create or replace function auth.uid() returns uuid language sql stable as $$
  select (auth.jwt() ->> 'sub')::uuid
$$;
create or replace function auth.role() returns text language sql stable as $$
  select auth.jwt() ->> 'role'
$$;
create or replace function auth.email() returns text language sql stable as $$
  select auth.jwt() ->> 'email'
$$;
grant usage on schema auth to anon, authenticated, service_role;
`;

/**
 * Hosted Storage lets row level security decide for every role, and refuses deletes by SQL, which
 * would leave the objects behind. lite's own connections carry the setting that allows them.
 */
export const STORAGE_GUARDS = `
grant usage on schema storage to anon, authenticated, service_role;
grant all on all tables in schema storage to anon, authenticated, service_role;
create or replace function storage.protect_delete() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using errcode = '42501',
        hint = 'This prevents accidental data loss from orphaned objects.';
  end if;
  return null;
end $$;
create or replace trigger protect_buckets_delete before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create or replace trigger protect_objects_delete before delete on storage.objects
  for each statement execute function storage.protect_delete();
`;

/** Tells lite to forget the schema after a change of it, as hosted Supabase tells PostgREST. */
export const SCHEMA_WATCH = `
create or replace function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$
begin
  perform pg_notify('pgrst', 'reload schema');
end $$;
drop event trigger if exists pgrst_ddl_watch;
create event trigger pgrst_ddl_watch on ddl_command_end
  execute function extensions.pgrst_ddl_watch();
`;

/**
 * What Supabase does last to a new database (supabase/postgres, migrations/db): the tables of Auth and
 * Storage get owners of their own, and `postgres`, who made them, is no superuser any more.
 */
export const DEMOTE_POSTGRES = `
alter schema auth owner to supabase_admin;
alter schema storage owner to supabase_admin;
do $$
declare
  wanted record;
begin
  for wanted in
    select relnamespace::regnamespace as schema, relname as name,
      case relnamespace::regnamespace::text when 'auth' then 'supabase_auth_admin'
        else 'supabase_storage_admin' end as owner
    from pg_class
    where relnamespace::regnamespace::text in ('auth', 'storage') and relkind in ('r', 'v')
  loop
    execute format('alter table %s.%I owner to %I', wanted.schema, wanted.name, wanted.owner);
  end loop;
  for wanted in
    select oid::regprocedure as name,
      case pronamespace::regnamespace::text when 'auth' then 'supabase_auth_admin'
        else 'supabase_storage_admin' end as owner
    from pg_proc where pronamespace::regnamespace::text in ('auth', 'storage')
  loop
    execute format('alter routine %s owner to %I', wanted.name, wanted.owner);
  end loop;
end $$;
grant all on schema auth to supabase_auth_admin, postgres;
grant all on schema storage to supabase_storage_admin, postgres;
grant usage on schema auth, storage to postgres with grant option; -- a test has a role of another app
grant all on schema extensions to postgres;
grant all on all tables in schema auth, storage to postgres;
grant all on all sequences in schema auth, storage to postgres;
grant all on all routines in schema auth, storage to postgres;
grant anon, authenticated, service_role, pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
alter database postgres owner to postgres;
alter role postgres nosuperuser createdb createrole login replication bypassrls;
`;

/**
 * Hosted Supabase's extension supautils lets `postgres` write policies for this table, and nothing else of
 * what its owner may. Plain Postgres has no such right, so it gets the owner's while migrations run.
 */
export const LET_POSTGRES_WRITE_POLICIES = "grant supabase_storage_admin to postgres";
export const STOP_LETTING_POSTGRES = "revoke supabase_storage_admin from postgres";
