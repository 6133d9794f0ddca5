/** What the contract promises of every answer that is not the happy one. */
import { assert, assertEquals, assertMatch } from "@std/assert";

export interface Refusal {
  code: string;
  message: string;
  issues?: { path: string; message: string }[];
}

/** The codes of the contract's table for create-job, and the status that each comes with. */
export const createJobCodes: Record<string, number> = {
  invalid_json: 400,
  validation_failed: 400,
  unauthorized: 401,
  method_not_allowed: 405,
  body_too_large: 413,
  idempotency_key_reused: 422,
  too_many_active_jobs: 429,
  daily_limit_reached: 429,
  unavailable: 503,
};

/** Fails unless this is the contract's error, readable across origins; returns its body. */
export async function refusal(
  response: Response,
  status: number,
  code: string,
  what = "",
): Promise<Refusal> {
  const text = await response.text();
  assertEquals([response.status, codeOf(text)], [status, code], `${what}: ${text.slice(0, 200)}`);
  return assertContract(response.headers, text, what);
}

/** Whatever the status and the code: JSON in the contract's form, with CORS headers. */
export function assertContract(headers: Headers, text: string, what = ""): Refusal {
  assertEquals(headers.get("access-control-allow-origin"), "*", what);
  assertMatch(headers.get("content-type") ?? "", /^application\/json/, what);
  const body = JSON.parse(text) as Refusal;
  const keys = Object.keys(body).filter((key) => key !== "issues");
  assertEquals(keys.toSorted(), ["code", "message"], what);
  assertMatch(body.code, /^[a-z_]+$/, what);
  // a sentence for people: no stack, no SQL, no markup
  assert(/^[A-Z][^<>{}\n]{5,120}\.$/.test(body.message), `${what}: ${body.message}`);
  for (const issue of body.issues ?? []) {
    assertEquals(Object.keys(issue).toSorted(), ["message", "path"], what);
  }
  return body;
}

function codeOf(text: string): unknown {
  try {
    return JSON.parse(text).code;
  } catch {
    return "no JSON";
  }
}
