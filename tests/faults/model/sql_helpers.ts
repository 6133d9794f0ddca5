/**
 * SQL functions that live as long as the connection. now() stands still in a transaction, so time passes
 * by moving all that is written into the past, without triggers.
 */
export const helpers = `
create function pg_temp.at(clock integer, moment timestamptz) returns integer
language sql stable as $$ select clock + extract(epoch from moment - now())::integer $$;

create function pg_temp.time_passes(seconds integer) returns void
language sql security definer set session_replication_role = replica as $$
  update public.vision_board_jobs set
    created_at = created_at - make_interval(secs => seconds),
    updated_at = updated_at - make_interval(secs => seconds),
    expires_at = expires_at - make_interval(secs => seconds),
    dispatched_at = dispatched_at - make_interval(secs => seconds),
    lease_expires_at = lease_expires_at - make_interval(secs => seconds),
    started_at = started_at - make_interval(secs => seconds),
    finished_at = finished_at - make_interval(secs => seconds);
  update vision_board.requests set
    created_at = created_at - make_interval(secs => seconds),
    expires_at = expires_at - make_interval(secs => seconds),
    gone_at = gone_at - make_interval(secs => seconds);
  update vision_board.unreferenced_boards set removable_at = removable_at - make_interval(secs => seconds);
$$;

create function pg_temp.delete_as(person uuid, job uuid) returns integer
language plpgsql as $$
declare
  deleted integer;
begin
  perform set_config('request.jwt.claims', json_build_object('sub', person)::text, true);
  set local role authenticated;
  delete from public.vision_board_jobs where id = job;
  get diagnostics deleted = row_count;
  set local role service_role;
  return deleted;
end $$;

create function pg_temp.by_hand(job uuid, changes text[]) returns text[]
language plpgsql as $$
declare
  change text;
  answers text[] = '{}';
  changed integer;
begin
  foreach change in array changes loop
    begin
      execute format('update public.vision_board_jobs set %s where id = %L', change, job);
      get diagnostics changed = row_count;
      answers := answers || case changed when 0 then 'no row' else 'allowed' end;
    exception when check_violation then
      answers := answers || 'refused'::text;
    end;
  end loop;
  return answers;
end $$;

-- everything that the model models
create function pg_temp.tables(clock integer) returns json
language plpgsql as $$
begin
  return json_build_object(
    'rows', (select json_agg(r) from (
      select id as job, user_id as owner, idempotency_key as key, status, goals, theme,
        pg_temp.at(clock, created_at) as "createdAt", pg_temp.at(clock, updated_at) as "updatedAt",
        pg_temp.at(clock, expires_at) as "expiresAt", attempts, dispatch_count as dispatches,
        pg_temp.at(clock, dispatched_at) as "dispatchedAt", qstash_message_id as message,
        lease_token as token, pg_temp.at(clock, lease_expires_at) as "leaseEndsAt",
        pg_temp.at(clock, started_at) as "startedAt", pg_temp.at(clock, finished_at) as "finishedAt",
        image_storage_path as path, image_url as url,
        error_code as "errorCode", error_message as "errorMessage"
      from public.vision_board_jobs) as r),
    -- a row says itself who asked for it, and what its attempt may write, unless the ledgers do
    'requests', (select json_agg(r) from (
      select job_id as job, requester as who, idempotency_key as key,
        pg_temp.at(clock, created_at) as at, pg_temp.at(clock, expires_at) as "expiresAt",
        pg_temp.at(clock, gone_at) as "goneAt"
      from vision_board.requests
      union all
      select j.id, vision_board.requester(j.user_id, j.email), j.idempotency_key,
        pg_temp.at(clock, j.created_at), pg_temp.at(clock, j.expires_at), null
      from public.vision_board_jobs as j
      where not exists (select from vision_board.requests as q where q.job_id = j.id)) as r),
    'objects', (select json_agg(r) from (
      select path, pg_temp.at(clock, removable_at) as "removableAt" from vision_board.unreferenced_boards
      union all
      select format('%s/%s.jpg', id, lease_token),
        pg_temp.at(clock, lease_expires_at + interval '10 minutes')
      from public.vision_board_jobs where lease_token is not null) as r));
end $$;
`;
