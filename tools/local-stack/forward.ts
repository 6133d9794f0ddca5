/** Hands a request on to a function's process. */
import type { Functions } from "./functions.ts";
import { withCors } from "./supabase/cors.ts";

// A function that was killed or changed is back within about 0.3 s.
const WAIT_MS = 5_000;

// About one connection only, not about the message (RFC 9110, 7.6.1); fetch sets its own.
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
];

/**
 * The function's answer, or 503 BOOT_ERROR where it does not start and 500 WORKER_ERROR where it dies
 * over the request, as hosted. Bodies are streamed; an abort on either side reaches the other.
 * @param via its signal aborts when the caller is gone or the stack stops
 */
export async function forward(
  request: Request,
  url: URL,
  name: string,
  functions: Functions,
  via: { client: Deno.HttpClient; signal: AbortSignal },
): Promise<Response> {
  const { client, signal } = via;
  const deadline = Date.now() + WAIT_MS;
  while (true) {
    const place = await functions.locate(name, Math.max(0, deadline - Date.now()));
    if (typeof place === "string") {
      return refuse(503, "BOOT_ERROR", "Function failed to start (please check logs)");
    }
    // The hosted runtime shows functions the path without /functions/v1.
    const target = new URL(
      url.pathname.slice("/functions/v1".length) + url.search,
      `http://127.0.0.1:${place.port}`,
    );
    const headers = new Headers(request.headers);
    HOP_BY_HOP.forEach((header) => headers.delete(header));
    headers.set("x-forwarded-host", url.host);
    headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
    try {
      const response = await fetch(target, {
        method: request.method,
        headers,
        body: request.body,
        redirect: "manual",
        client,
        signal,
      });
      return new Response(response.body, response);
    } catch (error) {
      if (signal.aborted) throw error;
      // Refused: it died a moment ago and nobody has noticed. The request was not read yet.
      const refused = /connection refused|ConnectionRefused/i.test(
        String((error as Error).cause ?? error),
      );
      if (refused && !request.bodyUsed && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      return refuse(500, "WORKER_ERROR", "Function exited due to an error (please check logs)");
    }
  }
}

function refuse(status: number, code: string, message: string): Response {
  return withCors(Response.json({ code, message }, { status }));
}
