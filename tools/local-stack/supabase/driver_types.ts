/** How lite's driver writes and reads values, where its own way is not what hosted Supabase does. */

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
