/**
 * Runs pgTAP tests in the form that `supabase test db` runs, without Docker: pgTAP is plain SQL, and
 * PGlite's npm package carries it.
 */
import { fileURLToPath } from "node:url";
import postgres, { type Sql } from "postgres";

/** One line of TAP, with the remarks below it. */
export interface TapResult {
  name: string;
  ok: boolean;
  diagnostics: string[];
}

const SCRIPT = "share/postgresql/extension/pgtap--1.3.5.sql";

/**
 * Runs one file of `supabase/tests` and returns its results, passed and failed.
 * @throws if the file fails as SQL, or if it planned another number of tests than it ran
 */
export async function runPgTap(databaseUrl: string, file: string): Promise<TapResult[]> {
  const text = await Deno.readTextFile(file);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await installPgTap(sql);
    const answers = await sql.unsafe(text).simple().catch((error) => {
      const line = text.slice(0, Number(error.position ?? 0)).split("\n").length;
      throw new Error(`${file}${error.position ? `:${line}` : ""}: ${error.message}`);
    });
    return readTap(file, linesOf(answers));
  } finally {
    await sql.end();
  }
}

/** Loads pgTAP into the schema `extensions`, once for each database. */
export async function installPgTap(sql: Sql): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(hashtext('pgtap'))`;
    const [row] = await transaction`select to_regproc('extensions.pgtap_version') as found`;
    if (row!.found !== null) return;
    await transaction.unsafe("set local search_path = extensions").simple();
    await transaction.unsafe(await pgTapScript()).simple();
  });
}

/** A result set for each statement, flat if there is only one; pgTAP answers in single columns. */
function linesOf(answers: unknown): string[] {
  return [answers].flat(2)
    .map((row) => Object.values(row as Record<string, unknown>)[0])
    .filter((value) => typeof value === "string")
    .flatMap((value) => value.split("\n"));
}

function readTap(file: string, lines: string[]): TapResult[] {
  const results: TapResult[] = [];
  let planned: number | undefined;
  for (const line of lines) {
    const [found, failed, name] = /^(not )?ok \d+(?: - )?(.*)$/.exec(line) ?? [];
    if (found) results.push({ name: name!, ok: failed === undefined, diagnostics: [] });
    planned ??= Number(/^1\.\.(\d+)/.exec(line)?.[1] ?? NaN) || undefined;
    if (line.startsWith("#")) results.at(-1)?.diagnostics.push(line.slice(1).trim());
    if (line.startsWith("Bail out!")) throw new Error(`${file}: ${line}`);
  }
  if (planned !== results.length) {
    throw new Error(`${file}: planned ${planned ?? "no number of"} tests, ran ${results.length}`);
  }
  return results;
}

/** Reads pgTAP from the archive beside PGlite. */
async function pgTapScript(): Promise<string> {
  const archive = new URL("pgtap.tar.gz", import.meta.resolve("@electric-sql/pglite"));
  const args = ["-xzOf", fileURLToPath(archive), SCRIPT];
  const { success, stdout } = await new Deno.Command("tar", { args }).output();
  if (!success) throw new Error(`${archive} has no ${SCRIPT}`);
  return new TextDecoder().decode(stdout);
}
