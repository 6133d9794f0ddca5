/**
 * PostgREST turns a SQLSTATE into an HTTP status; lite knows some and answers the rest with 500 and the
 * code "SUP". It does understand `raise sqlstate 'PGRST'`, which carries status and body: errors it
 * would not know are handed to it in that form.
 */

interface DatabaseError {
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

/** What `connection.normalizeDbError` must answer. */
export function normalizeDatabaseError(error: DatabaseError | null | undefined): unknown {
  const { code, message, detail = null, hint = null } = error ?? {};
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code) || KNOWN_TO_LITE.test(code)) {
    return error;
  }
  const body = JSON.stringify({ code, message, details: detail, hint });
  return Object.assign(new Error(body), {
    code: "PGRST",
    detail: JSON.stringify({ status: httpStatus(code), headers: {} }),
  });
}
