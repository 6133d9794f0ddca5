/** Makes an empty Postgres a Supabase database, and brings a kept one up to date. */
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { startPostgres } from "../postgres.ts";
import { REPOSITORY } from "../project.ts";
import {
  AUTH_FUNCTIONS,
  DEMOTE_POSTGRES,
  LET_POSTGRES_WRITE_POLICIES,
  ROLES_AND_GRANTS,
  SCHEMA_WATCH,
  STOP_LETTING_POSTGRES,
  STORAGE_GUARDS,
} from "./bootstrap.ts";

/** A database without the rest of the stack. */
export interface Database {
  /** Connection string of the superuser. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts Postgres with Supabase's roles and schemas and the migrations of a project; about 1 s.
 * @param options the project, if not this repository; where data is kept, if it is
 */
export async function startDatabase(
  { project = REPOSITORY, dir }: { project?: string; dir?: string } = {},
): Promise<Database> {
  const { url, stop } = await startPostgres({ port: 0, dir });
  try {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await provision(sql, join(project, "supabase/migrations")).finally(() => sql.end());
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface HostedDatabase extends Database {
  /** Runs something; again, with policies on storage.objects allowed, if it was refused. */
  withPolicies<T>(run: () => Promise<T>): Promise<T>;
}

/**
 * The same as `postgres` has it on hosted Supabase, where it is no superuser: it applies the migrations.
 * @param asked is told why a migration was refused, until policies on storage.objects were allowed for it
 */
export async function startHostedDatabase(
  asked: (refusal: string) => void,
): Promise<HostedDatabase> {
  const { url, stop } = await startPostgres({ port: 0, superuser: "supabase_admin" });
  const own = url.replace("supabase_admin", "postgres");
  const migrations = join(REPOSITORY, "supabase/migrations");
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  const sql = postgres(own, { max: 1, onnotice: () => {} });
  try {
    const password = new URL(url).password;
    await admin.unsafe(`create role postgres superuser login password '${password}'`);
    await createSystem(sql);
    await admin.unsafe(SCHEMA_WATCH + DEMOTE_POSTGRES).simple();
    const withPolicies: HostedDatabase["withPolicies"] = async (run) => {
      try {
        return await run();
      } catch (error) {
        asked((error as Error).message);
        const admin = postgres(url, { max: 1, onnotice: () => {} });
        try {
          await admin.unsafe(LET_POSTGRES_WRITE_POLICIES);
          return await run();
        } finally {
          await admin.unsafe(STOP_LETTING_POSTGRES);
          await admin.end();
        }
      }
    };
    await applyMigrations(sql, migrations, withPolicies);
    return { url: own, stop, withPolicies };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await Promise.all([admin.end(), sql.end()]);
  }
}

/**
 * Creates roles, grants and the schemas of Auth and Storage where they are missing, then applies the
 * pending migrations. lite's own `ensureSystemSchema` ignores errors and resets `auth.uid()`.
 */
export async function provision(sql: Sql, migrations: string): Promise<void> {
  await createSystem(sql);
  await sql.unsafe(SCHEMA_WATCH).simple();
  await applyMigrations(sql, migrations);
}

async function createSystem(sql: Sql): Promise<void> {
  const { getAuthSchemaSql, getStorageSchemaSql } = await import("@supabase/lite");
  const parts = [
    ROLES_AND_GRANTS,
    getAuthSchemaSql(),
    AUTH_FUNCTIONS,
    getStorageSchemaSql(),
    STORAGE_GUARDS,
  ];
  await sql.unsafe(parts.join("\n")).simple();
}

/** The CLI's own statements (its pkg/migration/history.go). */
const HISTORY_TABLE = `
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;
`;

/**
 * Applies the files that are not recorded yet, in the order of their versions, as the supabase CLI does:
 * one transaction a file, recorded in its history table, so that `supabase migration up`, `db push` and
 * this agree. (lite's runner sends BEGIN and the statements over a pool: they can reach different
 * connections.)
 * @throws naming the file, and the line if Postgres knows it, when one fails; it leaves no trace then
 */
async function applyMigrations(
  sql: Sql,
  directory: string,
  around = (apply: () => Promise<void>) => apply(),
): Promise<void> {
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
  for (const { file, version, name } of files) {
    if (recorded.has(version)) continue;
    const text = await Deno.readTextFile(join(directory, file));
    const apply = async () => {
      await sql.begin(async (transaction) => {
        await transaction.unsafe(text).simple();
        await transaction`insert into supabase_migrations.schema_migrations (version, name, statements)
          values (${version}, ${name}, ${splitSqlStatements(text)})`;
      });
    };
    await around(apply).catch((error) => {
      throw new Error(`Migration ${file} failed: ${describe(error, text)}`);
    });
  }
}

/** The files of supabase/migrations; a project without the directory has none. */
async function migrationFiles(directory: string) {
  const files: { file: string; version: string; name: string }[] = [];
  if (!await Deno.stat(directory).catch(() => null)) return files;
  for await (const { name: file } of Deno.readDir(directory)) {
    const [, version, name] = /^([0-9]+)_(.*)\.sql$/.exec(file) ?? [];
    if (version !== undefined) files.push({ file, version, name: name! });
  }
  return files.sort((a, b) => a.version.localeCompare(b.version));
}

function describe(error: unknown, text: string): string {
  const { message, position } = error as { message: string; position?: string };
  if (!position) return message;
  return `${message} (line ${text.slice(0, Number(position)).split("\n").length})`;
}
