/**
 * Applies supabase/migrations as the supabase CLI does, one transaction a file, and records them in its
 * history table, so that `supabase migration up`, `db push` and this agree. (lite's runner sends BEGIN
 * and the statements over a pool: they can reach different connections.)
 */
import { join } from "node:path";
import type { Sql } from "postgres";

/** The CLI's own statements (its pkg/migration/history.go). */
const HISTORY_TABLE = `
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;
`;

/**
 * Applies the files that are not recorded yet, in the order of their versions.
 * @returns the names of the applied files
 * @throws naming the file, and the line if Postgres knows it, when one fails; it leaves no trace then
 */
export async function applyMigrations(sql: Sql, directory: string): Promise<string[]> {
  await sql.unsafe(HISTORY_TABLE).simple();
  const rows = await sql`select version from supabase_migrations.schema_migrations`;
  const recorded = new Set(rows.map((row) => row.version as string));
  const files = await migrationFiles(directory);
  const unknown = [...recorded].filter((v) => !files.some((file) => file.version === v));
  if (unknown.length > 0) {
    throw new Error(
      `The database has migrations that ${directory} lacks (${unknown.sort().join(", ")}): ` +
        "bring the files back, or remove the directory that keeps this stack to start afresh.",
    );
  }
  const { splitSqlStatements } = await import("@supabase/lite");
  const pending = files.filter((file) => !recorded.has(file.version));
  for (const { file, version, name } of pending) {
    const text = await Deno.readTextFile(join(directory, file));
    try {
      await sql.begin(async (transaction) => {
        await transaction.unsafe(text).simple();
        await transaction`insert into supabase_migrations.schema_migrations (version, name, statements)
          values (${version}, ${name}, ${splitSqlStatements(text)})`;
      });
    } catch (error) {
      throw new Error(`Migration ${file} failed: ${describe(error, text)}`);
    }
  }
  return pending.map(({ file }) => file);
}

async function migrationFiles(directory: string) {
  const files: { file: string; version: string; name: string }[] = [];
  try {
    for await (const { name: file } of Deno.readDir(directory)) {
      const [, version, name] = /^([0-9]+)_(.*)\.sql$/.exec(file) ?? [];
      if (version !== undefined) files.push({ file, version, name: name! });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files.sort((a, b) => a.version.localeCompare(b.version));
}

function describe(error: unknown, text: string): string {
  const { message, position } = error as { message: string; position?: string };
  if (!position) return message;
  return `${message} (line ${text.slice(0, Number(position)).split("\n").length})`;
}
