/** Where lite reads values, reports errors and prints otherwise than hosted Supabase does. */
import { AsyncLocalStorage } from "node:async_hooks";

/** How lite's driver writes and reads values. */
export const DRIVER_TYPES = {
  json: json(114),
  jsonb: json(3802),
  timestamp: isoTimestamp(1114),
  timestamptz: isoTimestamp(1184),
};

/**
 * lite makes JSON text of a value, and its driver JSON text of that: arrays and objects arrive in the
 * database as strings. Text that is JSON already stays; a string that is not becomes a JSON string. (A
 * JSON string such as `"12"` thus becomes the number; lite does not tell them apart.)
 */
function json(oid: number) {
  return {
    to: oid,
    from: [oid],
    serialize: (value: unknown) =>
      typeof value === "string" && isJson(value) ? value : JSON.stringify(value),
    parse: (text: string) => JSON.parse(text),
  };
}

/** As PostgREST prints them; lite hands on Postgres' text, `2026-11-23 19:32:59+00`. */
function isoTimestamp(oid: number) {
  return {
    to: oid,
    from: [oid],
    serialize: (value: unknown) => value,
    parse: (text: string) => text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A driver error, as far as it is read here. */
interface DriverError {
  code?: unknown;
  message?: string;
  detail?: string;
  hint?: string;
}

// What lite reports as PostgREST does, or needs to see as it is.
const KNOWN_TO_LITE = /^(PT...|PGRST|42...|22...|21...|23502|23503|23505|25006)$/;

/** The status for a SQLSTATE, from PostgREST's `Error.hs` (its docs: "HTTP status codes"). */
function httpStatus(sqlState: string): number {
  if (/^(08|53(?!400)|57P01)/.test(sqlState)) return 503;
  if (/^(0L|0P|28)/.test(sqlState)) return 403;
  if (sqlState === "P0001") return 400;
  if (/^(09|25|2D|38|39|3B|40|53400|54|55|57|58|F0|HV|P0|XX)/.test(sqlState)) return 500;
  return 400; // among them 23514, a check violation
}

/**
 * What `connection.normalizeDbError` must answer. PostgREST turns a SQLSTATE into an HTTP status; lite
 * knows some and answers the rest with 500 and the code "SUP". It does understand `raise sqlstate
 * 'PGRST'`, which carries status and body: errors it would not know are handed to it in that form.
 */
export function normalizeDatabaseError(error: DriverError | null | undefined): unknown {
  const { code, message, detail = null, hint = null } = error ?? {};
  const call = calls.getStore();
  if (call?.seen && typeof code === "string") call.seen.sqlState = code;
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code) || KNOWN_TO_LITE.test(code)) {
    return error;
  }
  const body = JSON.stringify({ code, message, details: detail, hint });
  return Object.assign(new Error(body), {
    code: "PGRST",
    detail: JSON.stringify({ status: httpStatus(code), headers: {} }),
  });
}

/**
 * What `connection.introspect` must do. lite's own answers a schema without tables where it fails, and all
 * that is asked for is then 404, as if nothing were there.
 */
export function mustSucceed<A extends unknown[], R extends { tables: unknown[] }>(
  introspect: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const schema = await introspect(...args);
    if (schema.tables.length > 0) return schema; // Auth's and Storage's are always there
    throw Object.assign(new Error("The schema cannot be read"), { code: "08006" });
  };
}

/** A Kysely transaction, as far as it is used here. */
interface Transaction {
  executeQuery(query: { sql: string; parameters: unknown[] }): Promise<unknown>;
}

/** lite's setting of a transaction's role and claims. */
export type SetContext = (transaction: Transaction, vars: Context, local: boolean) => Promise<void>;

interface Context {
  auth?: { role?: string };
}

/**
 * What `connection.applyJwtSessionContext` must do. Settings of a role apply at its login, but nobody logs
 * in as the roles of the API: PostgREST reads them and sets them for each transaction, over those of the
 * authenticator, as which it has logged in. So `statement_timeout` is 3 s for anon, 8 s for others.
 */
export function withRoleSettings(setContext: SetContext): SetContext {
  return async (transaction, vars, local) => {
    await setContext(transaction, vars, local);
    await transaction.executeQuery({
      sql: `select set_config(name, value, true) from (
          select distinct on (name) split_part(setting, '=', 1) as name,
            substr(setting, strpos(setting, '=') + 1) as value
          from pg_catalog.pg_roles cross join unnest(rolconfig) setting
          where rolname in ($1, 'authenticator')
          order by name, rolname = 'authenticator'
        ) settings`,
      parameters: [vars.auth?.role ?? "anon"],
    });
  };
}

type Log = (line: string) => void;

/** What an answer of lite does not say: the SQLSTATE, or the driver's own code, that it failed with. */
export interface Seen {
  sqlState?: string;
}

const calls = new AsyncLocalStorage<{ log: Log; seen?: Seen } | undefined>();

for (const method of ["log", "info", "warn", "error"] as const) {
  const print = console[method].bind(console);
  console[method] = (...args: unknown[]) => {
    const log = calls.getStore()?.log;
    if (log === undefined) return print(...args);
    const line = args.map((arg) => arg instanceof Error ? arg.message : String(arg)).join(" ");
    calls.run(undefined, () => log(line)); // the log may print to the console itself
  };
}

/** Runs a function, with everything it starts; what lite prints meanwhile goes to the log. */
export function capture<T>(log: Log, run: () => T, seen?: Seen): T {
  return calls.run({ log, seen }, run);
}
