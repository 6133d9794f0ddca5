import type { Sql } from "postgres";

/** A row before and after a change. Null: there was none. */
export interface Change {
  id: string;
  at: Date;
  before: LoggedRow | null;
  after: LoggedRow | null;
}

export interface LoggedRow {
  status: string;
  attempts: number;
  dispatch_count: number;
  lease_token: string | null;
  image_storage_path: string | null;
  idempotency_key: string | null;
}

/** Records every change of a job from now on, with a trigger that no role or function can bypass. */
export async function startChangeLog(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema change_log;
    create table change_log.changes (
      n bigint generated always as identity, id uuid, at timestamptz, before jsonb, after jsonb);
    create function change_log.record() returns trigger
    language plpgsql security definer set search_path = '' as $$
    begin
      insert into change_log.changes (id, at, before, after)
      values (coalesce(new.id, old.id), clock_timestamp(), to_jsonb(old), to_jsonb(new));
      return null;
    end $$;
    create trigger log_change after insert or update or delete on public.vision_board_jobs
      for each row execute function change_log.record();
  `);
}

/** All changes so far, in order. */
export function readChangeLog(sql: Sql): Promise<Change[]> {
  return sql<Change[]>`select id, at, before, after from change_log.changes order by n`;
}
