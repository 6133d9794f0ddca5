import type { Sql } from "postgres";

/** What a row was and became. Null: it was not there. */
export interface Change {
  id: string;
  at: Date;
  was: HistoricRow | null;
  became: HistoricRow | null;
}

export interface HistoricRow {
  status: string;
  attempts: number;
  dispatch_count: number;
  lease_token: string | null;
  image_storage_path: string | null;
  idempotency_key: string | null;
}

/** Notes every change of a job from now on, whoever makes it and whatever the product's guards think of it. */
export async function watchHistory(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema history;
    create table history.changes (
      n bigint generated always as identity, id uuid, at timestamptz, was jsonb, became jsonb);
    create function history.note() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
      insert into history.changes (id, at, was, became)
      values (coalesce(new.id, old.id), clock_timestamp(), to_jsonb(old), to_jsonb(new));
      return null;
    end $$;
    create trigger note_history after insert or update or delete on public.vision_board_jobs
      for each row execute function history.note();
  `);
}

/** All changes since, in order. */
export function changes(sql: Sql): Promise<Change[]> {
  return sql<Change[]>`select id, at, was, became from history.changes order by n`;
}
