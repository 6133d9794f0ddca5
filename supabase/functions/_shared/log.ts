/**
 * One JSON line for each thing that happens. Fields are ids, codes, counts and milliseconds: never
 * goals, names, addresses, keys, URLs or an error's own text, which may carry any of these.
 */
export type Log = (
  event: string,
  fields?: Record<string, string | number | boolean | null>,
) => void;

/** The log of one function. `fn` is the function's name. */
export function logger(deps: { log(line: string): void; now(): number }, fn: string): Log {
  return (event, fields = {}) =>
    deps.log(JSON.stringify({ at: new Date(deps.now()).toISOString(), fn, event, ...fields }));
}

/** What kind of error it was, e.g. `StorageError NoSuchBucket`: name and code or status, never its text. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { status, code } = error as { status?: unknown; code?: unknown };
  return `${error.name} ${codeOf({ code }) || (typeof status === "number" ? status : "")}`.trim();
}

/** A code as programs give them, such as `23514`, `PGRST116`, `ECONNREFUSED`, `NoSuchKey`: never a text. */
export function codeOf(error: { code?: unknown }): string {
  return typeof error.code === "string" && /^[A-Z0-9][A-Za-z0-9_]{2,39}$/.test(error.code)
    ? error.code
    : "";
}
