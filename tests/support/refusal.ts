/** What the contract promises of every answer that is an error. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ErrorCode, ERRORS } from "../../supabase/functions/_shared/contract.ts";

export interface Refusal {
  code: string;
  message: string;
  issues?: { path: string; message: string }[];
}

/** Fails unless this is the contract's error with this status and code. Returns its body. */
export async function refusal(
  response: Response,
  status: number,
  code: ErrorCode,
  what = "",
): Promise<Refusal> {
  const text = await response.text();
  const body = assertContract(response.headers, text, `${what}: ${text.slice(0, 200)}`);
  assertEquals([response.status, body.code], [status, code], `${what}: ${text.slice(0, 200)}`);
  assert(status === ERRORS[code] || status === 489, `contract.ts has ${code} as ${ERRORS[code]}`);
  return body;
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
  assert(/^[A-Z][^<>{}\n]{5,200}\.$/.test(body.message), `${what}: ${body.message}`);
  for (const issue of body.issues ?? []) {
    assertEquals(Object.keys(issue).toSorted(), ["message", "path"], what);
  }
  return body;
}
