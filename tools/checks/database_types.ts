/** The generated types of the database, and the supabase CLI that makes them. */
import { startDatabase } from "../local-stack/supabase/provision.ts";
import { root, run, runSupabase } from "../commands/lib/process.ts";

export const typesFile = `${root}supabase/functions/_shared/database.types.ts`;

/** The supabase CLI against a database; off a terminal it must be told not to ask. */
export const supabase = (args: string[], databaseUrl: string): Promise<string> =>
  runSupabase([...args, `--remote=${databaseUrl}?sslmode=disable`, "--yes"]);

/** Calls `use` with the URL of a throw-away database that has all migrations. */
export async function withDatabase<T>(use: (databaseUrl: string) => Promise<T>): Promise<T> {
  const database = await startDatabase();
  try {
    return await use(database.url);
  } finally {
    await database.stop();
  }
}

/** `database.types.ts` as the supabase CLI writes it for this database, formatted. */
export async function databaseTypes(databaseUrl: string): Promise<string> {
  const types = await supabase(["gen", "types", "typescript", "--schema", "public"], databaseUrl);
  return await run(Deno.execPath(), ["fmt", "--quiet", "--ext", "ts", "-"], { stdin: types });
}
