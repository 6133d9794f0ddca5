import { corsHeaders } from "@supabase/supabase-js/cors";

/** The library's list, plus the headers of ours that browsers may send and read. */
const cors: Record<string, string> = {
  ...corsHeaders,
  // x-region: what functions.invoke sends when it is given a region
  "Access-Control-Allow-Headers": `${
    corsHeaders["Access-Control-Allow-Headers"]
  }, idempotency-key, x-region`,
  "Access-Control-Expose-Headers": "retry-after, idempotent-replayed",
};

export interface Issue {
  /** Where in the request, e.g. `goals.3`. */
  path: string;
  message: string;
}

/** An answer that is not the happy one: what the caller gets is exactly this. */
export class HttpError extends Error {
  override name = "HttpError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly extra: { issues?: Issue[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
  }

  /** The same with `Retry-After`, in whole seconds. */
  retryAfter(seconds: number): this {
    this.extra.headers = {
      ...this.extra.headers,
      "Retry-After": String(Math.max(1, Math.ceil(seconds))),
    };
    return this;
  }
}

/** A JSON response with CORS headers. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return Response.json(body, { status, headers: { ...cors, ...headers } });
}

/** The contract's error body: `{ code, message, issues? }`. */
export function errorResponse(error: HttpError): Response {
  const { issues, headers } = error.extra;
  return json(
    error.status,
    { code: error.code, message: error.message, ...(issues && { issues }) },
    headers,
  );
}

/** The answer to a browser's preflight. */
export const preflight = (): Response => new Response(null, { status: 204, headers: cors });

/**
 * The request's body as text. Reading stops at the limit: what comes after is never held in memory.
 * @param limit in bytes
 * @throws HttpError 413 `body_too_large`; 400 `invalid_json` if it is not UTF-8 or was cut off
 */
export async function readText(req: Request, limit: number): Promise<string> {
  const tooLarge = new HttpError(
    413,
    "body_too_large",
    `The request is larger than ${limit / 1024} KiB.`,
  );
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
    throw new HttpError(400, "invalid_json", "The request's body could not be read as UTF-8 text.");
  }
}
