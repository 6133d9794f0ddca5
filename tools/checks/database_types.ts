import { startDatabase } from "../local-stack/supabase/provision.ts";

const root = new URL("../..", import.meta.url).pathname;
export const typesFile = `${root}supabase/functions/_shared/database.types.ts`;

/** Runs a program in the project; throws what it said if it fails. */
export async function run(program: string, args: string[], stdin?: string): Promise<string> {
  const child = new Deno.Command(program, {
    args,
    cwd: root,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", SUPABASE_TELEMETRY_DISABLED: "1" },
  }).spawn();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0) throw new Error(`${text}${new TextDecoder().decode(stderr)}`.trim());
  return text;
}

/** The supabase CLI against a database; off a terminal it must be told not to ask. */
export const supabase = (args: string[], databaseUrl: string): Promise<string> =>
  run(`${root}node_modules/.bin/supabase`, [
    ...args,
    `--remote=${databaseUrl}?sslmode=disable`,
    "--yes",
  ]);

/** `use` with the URL of a throw-away database that has all migrations. */
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
  const config = `${root}deno.json`;
  return await run(
    Deno.execPath(),
    ["fmt", "--quiet", "--config", config, "--ext", "ts", "-"],
    types,
  );
}
