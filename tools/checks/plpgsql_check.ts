/**
 * Runs plpgsql_check over every function of the migrations, for .ci/run. The Postgres from npm has no such
 * extension, so this takes Debian's Postgres 15, and installs it if it is missing.
 */
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { describeError } from "../local-stack/stack_errors.ts";
import { provision } from "../local-stack/supabase/provision.ts";
import { root, run } from "../commands/lib/process.ts";
import { dim, green, print, printError, red } from "../commands/lib/terminal.ts";
import { supabase } from "./database_types.ts";

interface Finding {
  level: string;
  message: string;
  detail: string | null;
  hint: string | null;
  lineno: number | null;
}

try {
  const ok = Deno.args[0] === "--inside" ? await checkDatabase() : await startDatabase();
  Deno.exit(ok ? 0 : 1);
} catch (error) {
  printError(red(describeError(error)));
  Deno.exit(1);
}

/** Runs this file again in a throw-away server of Debian's, which tells it where it is in PG* variables. */
async function startDatabase(): Promise<boolean> {
  await installPostgres();
  const server = ["-v", "15", "-i", "--locale=C.UTF-8", "-o", "wal_level=logical"];
  const self = ["run", "--quiet", "--allow-all", fileURLToPath(import.meta.url), "--inside"];
  const child = new Deno.Command("pg_virtualenv", { args: [...server, Deno.execPath(), ...self] });
  return (await child.spawn().status).success;
}

async function installPostgres(): Promise<void> {
  const extension = "/usr/share/postgresql/15/extension/plpgsql_check.control";
  if (await Deno.stat(extension).then(() => true, () => false)) return;
  const apt = (...args: string[]) =>
    run("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args]);
  const packages = ["postgresql-15", "postgresql-15-plpgsql-check"];
  try {
    await apt("update");
    await apt("install", "-y", "--no-install-recommends", ...packages);
  } catch (error) {
    throw new Error(`Install ${packages.join(" and ")}, of Debian 12: ${describeError(error)}`);
  }
}

async function checkDatabase(): Promise<boolean> {
  const { PGPORT, PGPASSWORD } = Deno.env.toObject();
  const url = `postgresql://postgres:${PGPASSWORD}@127.0.0.1:${PGPORT}/postgres`;
  const sql = postgres(url, { max: 1, onnotice() {} });
  try {
    await provision(sql, `${root}supabase/migrations`);
    await sql`create extension if not exists plpgsql_check with schema extensions`;
    const found = await checkFunctions(sql);
    return await lint(url) && found;
  } finally {
    await sql.end();
  }
}

/** Prints a line for each function in PL/pgSQL, and its findings. Postgres itself checks those in SQL. */
async function checkFunctions(sql: postgres.Sql): Promise<boolean> {
  // a trigger function is checked with each table that it is on: `new` has other columns there
  const functions = await sql`
    select distinct p.oid::int as id, p.oid::regprocedure::text as name,
      coalesce(t.tgrelid, 0)::int as table_id, t.tgrelid::regclass::text as table_name,
      t.tgoldtable as old_table, t.tgnewtable as new_table,
      p.prorettype = 'trigger'::regtype and t.oid is null as unused
    from pg_proc as p join pg_language as l on l.oid = p.prolang
    left join pg_trigger as t on t.tgfoid = p.oid and not t.tgisinternal
    where l.lanname = 'plpgsql' and p.pronamespace::regnamespace::text in ('public', 'vision_board')
    order by 2, 4`;
  if (functions.length === 0) throw new Error("There are no functions in PL/pgSQL to be checked.");
  let ok = true;
  for (const { id, name, table_id, table_name, old_table, new_table, unused } of functions) {
    const on = table_name ? ` ${dim(`on ${table_name}`)}` : "";
    const findings = unused
      ? [{ level: "warning", message: "a trigger function without a trigger" } as Finding]
      : await sql<Finding[]>`
        select level, message, detail, hint, lineno from extensions.plpgsql_check_function_tb(
          ${id}::oid::regprocedure, ${table_id}::oid::regclass,
          oldtable => ${old_table}, newtable => ${new_table}, fatal_errors => false,
          other_warnings => true, extra_warnings => true, performance_warnings => true,
          security_warnings => true, compatibility_warnings => true)`;
    print(`${findings.length === 0 ? green("✓") : red("✗")} ${name}${on}`);
    for (const { level, message, detail, hint, lineno } of findings) {
      const more = [detail, hint].filter(Boolean).map((text) => `\n    ${text}`).join("");
      print(`    ${red(level)} ${lineno === null ? "" : `in line ${lineno}: `}${message}${more}`);
      ok = false;
    }
  }
  return ok;
}

/** The supabase CLI's own rule set over the same extension. */
async function lint(url: string): Promise<boolean> {
  const schemas = ["--schema", "public,vision_board"];
  const levels = ["--level", "warning", "--fail-on", "warning"];
  return await supabase(["db", "lint", ...schemas, ...levels], url).then(
    () => {
      print(`${green("✓")} supabase db lint`);
      return true;
    },
    (error) => {
      print(`${red("✗")} supabase db lint\n${describeError(error)}`);
      return false;
    },
  );
}
