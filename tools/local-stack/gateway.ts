/** The one HTTP port of the stack: routes to Supabase's APIs and to the functions' processes. */
import "./no_proxy.ts";
import type { Functions } from "./functions.ts";
import { PortTakenError } from "./stack_errors.ts";
import { type Handler, withCors } from "./supabase/api.ts";

/** How long a request may hold up the end of the stack. */
const GRACE_MS = 500;

/** How long a request waits for a function; one that was killed or changed is back within 0.3 s. */
const START_MS = 5_000;

/** About one connection only, not about the message (RFC 9110, 7.6.1); fetch sets its own. */
const HOP_BY_HOP = "connection keep-alive te trailer transfer-encoding upgrade host".split(" ");

/** Where requests go; handed in once it is there. */
export interface Backends {
  /** `/rest/v1`, `/auth/v1`, `/storage/v1`. */
  api: Handler;
  functions: Functions;
  /** Whether the function's callers need a valid token, and whether this one is. */
  verifiesJwt(name: string): boolean;
  isValidJwt(token: string): Promise<boolean>;
}

export interface Gateway {
  port: number;
  /** `http://127.0.0.1:<port>`, SUPABASE_URL. */
  url: string;
  open(backends: Backends): void;
  stop(): Promise<void>;
}

/**
 * Takes the port at once, so that the URL is known; requests wait until `open` is called.
 * @param port 0 takes any free one
 * @throws {PortTakenError}
 */
export function startGateway(port: number, onLog: (line: string) => void): Gateway {
  const opened = Promise.withResolvers<Backends>();
  opened.promise.catch(() => {}); // stopped before it was opened
  const ending = new AbortController();
  // No pool: a connection to a process that was killed meanwhile would cost a request.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });

  const failed = (error: unknown) => {
    onLog(`gateway: ${(error as Error)?.message ?? error}`);
    return refuse(500, "An unexpected error occurred");
  };
  const answer = async (request: Request) => {
    const signal = AbortSignal.any([request.signal, ending.signal]);
    try {
      return await route(request, await opened.promise, client, signal);
    } catch (error) {
      return signal.aborted ? new Response(null, { status: 499 }) : failed(error);
    }
  };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const listening = { hostname: "127.0.0.1", port, onListen: () => {}, onError: failed };
    server = Deno.serve(listening, answer);
  } catch (error) {
    client.close();
    if (error instanceof Deno.errors.AddrInUse) {
      throw new PortTakenError("the API", port, "API_PORT");
    }
    throw error;
  }

  return {
    port: server.addr.port,
    url: `http://127.0.0.1:${server.addr.port}`,
    open: opened.resolve,
    async stop() {
      opened.reject(new Error("The stack has been stopped"));
      ending.abort(); // ends what functions are asked
      // not aborted after that: Deno.serve throws, out of anybody's reach, if it is shutting down already
      let late: ReturnType<typeof setTimeout> | undefined;
      const grace = new Promise((resolve) => late = setTimeout(resolve, GRACE_MS));
      await Promise.race([server.shutdown(), grace]);
      clearTimeout(late);
      client.close();
    },
  };
}

async function route(
  request: Request,
  { api, functions, verifiesJwt, isValidJwt }: Backends,
  client: Deno.HttpClient,
  signal: AbortSignal,
): Promise<Response> {
  if (!URL.canParse(request.url)) return refuse(400, "Bad request");
  const url = new URL(request.url);
  if (/^\/(rest|auth|storage)\/v1(\/|$)/.test(url.pathname)) return await api(request, url);

  const name = /^\/functions\/v1\/([^/]+)/.exec(url.pathname)?.[1];
  if (name === undefined) return refuse(404, "no Route matched with those values");
  if (!functions.names().includes(name)) {
    return refuse(404, "Requested function was not found", "NOT_FOUND");
  }
  if (verifiesJwt(name) && request.method !== "OPTIONS") {
    const header = request.headers.get("authorization");
    if (header === null) {
      return refuse(401, "Missing authorization header", "UNAUTHORIZED_NO_AUTH_HEADER");
    }
    if (!await isValidJwt(header.replace(/^Bearer\s+/i, ""))) {
      return refuse(401, "Invalid JWT", "UNAUTHORIZED_INVALID_JWT_FORMAT");
    }
  }
  return await callFunction(request, url, () => functions.locate(name, START_MS), client, signal);
}

/**
 * The function's answer, or as hosted: 503 BOOT_ERROR where it does not start, 500 WORKER_ERROR where it
 * dies over the request, 546 WORKER_LIMIT where its limits end it. Bodies are streamed; an abort on either
 * side reaches the other.
 * @param signal aborts when the caller is gone or the stack stops
 */
async function callFunction(
  request: Request,
  url: URL,
  locate: () => ReturnType<Functions["locate"]>,
  client: Deno.HttpClient,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers(request.headers);
  HOP_BY_HOP.forEach((header) => headers.delete(header));
  headers.set("x-forwarded-host", url.host);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  // The hosted runtime shows functions the path without /functions/v1.
  const path = url.pathname.slice("/functions/v1".length) + url.search;
  const { method, body } = request;
  for (const deadline = Date.now() + START_MS;;) {
    const place = await locate();
    if (typeof place === "string") {
      return refuse(503, "Function failed to start (please check logs)", "BOOT_ERROR");
    }
    place.requests++;
    try {
      const target = `http://127.0.0.1:${place.port}${path}`;
      const init = { method, headers, body, redirect: "manual" as const, client, signal };
      const response = await fetch(target, init);
      return new Response(response.body, response);
    } catch (error) {
      if (signal.aborted) throw error;
      // Refused: it died a moment ago and nobody has noticed. The request was not read yet.
      const refused = /connection ?refused/i.test(String((error as Error).cause ?? error));
      if (place.overLimit && !refused) {
        const message = "Worker failed to respond due to a resource limit (please check logs)";
        return refuse(546, message, "WORKER_LIMIT");
      }
      if (!refused || request.bodyUsed || Date.now() > deadline) {
        const message = "Function exited due to an error (please check logs)";
        return refuse(500, message, "WORKER_ERROR");
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      place.requests--;
    }
  }
}

function refuse(status: number, message: string, code?: string): Response {
  return withCors(Response.json({ code, message }, { status }));
}
