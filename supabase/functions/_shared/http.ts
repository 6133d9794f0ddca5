import { corsHeaders } from "@supabase/supabase-js/cors";
import { HttpError } from "./errors.ts";

/** The library's list, plus the headers of ours that browsers may send and read. */
const cors: Record<string, string> = {
  ...corsHeaders,
  // x-region: functions.invoke sends it when it is given a region
  "Access-Control-Allow-Headers": `${
    corsHeaders["Access-Control-Allow-Headers"]
  }, idempotency-key, x-region`,
  "Access-Control-Expose-Headers": "retry-after, idempotent-replayed",
};

/** A JSON response with CORS headers. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return Response.json(body, { status, headers: { ...cors, ...headers } });
}

/** The contract's error body: `{ code, message, issues? }`. */
export function errorResponse({ status, code, message, issues, headers }: HttpError): Response {
  return json(status, { code, message, ...(issues && { issues }) }, headers);
}

/** The answer to a browser's preflight. */
export const preflight = (): Response => new Response(null, { status: 204, headers: cors });

/**
 * The request's body as text. Reading stops at the limit: what comes after is never held in memory.
 * @param limit in bytes
 * @throws HttpError 413 `body_too_large`; 400 `invalid_json` if it is not UTF-8 or was cut off
 */
export async function readText(req: Request, limit: number): Promise<string> {
  const message = `The request is larger than ${limit / 1024} KiB.`;
  const tooLarge = new HttpError("body_too_large", message);
  if (Number(req.headers.get("content-length") ?? 0) > limit) throw tooLarge;

  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = req.body?.getReader();
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader!.read()) {
      size += read.value.byteLength;
      if (size > limit) throw tooLarge;
      chunks.push(read.value);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(
      await new Blob(chunks as BlobPart[]).arrayBuffer(),
    );
  } catch (error) {
    await reader?.cancel().catch(() => {});
    if (error instanceof HttpError) throw error;
    throw new HttpError("invalid_json", "The request body could not be read as UTF-8 text.");
  }
}
