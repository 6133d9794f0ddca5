/** The one HTTP port of the stack: routes to lite and to the functions' processes. */
import { forward } from "./forward.ts";
import type { Functions } from "./functions.ts";
import { portTaken } from "./ports.ts";
import { withCors } from "./supabase/cors.ts";
import type { Handler } from "./supabase/api.ts";

/** How long a request may hold up the end of the stack. */
const GRACE_MS = 500;

/** What is behind the gateway; handed in once it is there. */
export interface Backends {
  /** `/rest/v1`, `/auth/v1`, `/storage/v1`. */
  api: Handler;
  functions: Functions;
  /** Whether the function's callers need a valid token, and whether this one has it. */
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
 * @throws with one sentence if the port is taken
 */
export function startGateway(port: number, onLog: (line: string) => void): Gateway {
  const opened = Promise.withResolvers<Backends>();
  opened.promise.catch(() => {}); // stopped before it was opened
  const ending = new AbortController();
  // No pool: a connection to a process that was killed meanwhile would cost a request.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      onListen: () => {},
      onError: failed,
    }, async (request) => {
      const signal = AbortSignal.any([request.signal, ending.signal]);
      try {
        return await route(request, signal, await opened.promise);
      } catch (error) {
        return signal.aborted ? new Response(null, { status: 499 }) : failed(error);
      }
    });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw portTaken("the API", port, "API_PORT");
    throw error;
  }

  function failed(error: unknown): Response {
    onLog(`gateway: ${(error as Error)?.message ?? error}`);
    return message(500, { message: "An unexpected error occurred" });
  }

  async function route(
    request: Request,
    signal: AbortSignal,
    backends: Backends,
  ): Promise<Response> {
    if (!URL.canParse(request.url)) return message(400, { message: "Bad request" });
    const url = new URL(request.url);
    const name = /^\/functions\/v1\/([^/]+)/.exec(url.pathname)?.[1];
    if (name !== undefined) return await callFunction(request, url, name, signal, backends);
    if (/^\/(rest|auth|storage)\/v1(\/|$)/.test(url.pathname)) {
      return await backends.api(request, url);
    }
    return message(404, { message: "no Route matched with those values" });
  }

  async function callFunction(
    request: Request,
    url: URL,
    name: string,
    signal: AbortSignal,
    backends: Backends,
  ) {
    const { functions, verifiesJwt, isValidJwt } = backends;
    if (!functions.names().includes(name)) {
      return message(404, { code: "NOT_FOUND", message: "Requested function was not found" });
    }
    if (verifiesJwt(name) && request.method !== "OPTIONS") {
      const header = request.headers.get("authorization");
      if (header === null) {
        return message(401, {
          code: "UNAUTHORIZED_NO_AUTH_HEADER",
          message: "Missing authorization header",
        });
      }
      if (!await isValidJwt(header.replace(/^Bearer\s+/i, ""))) {
        return message(401, { code: "UNAUTHORIZED_INVALID_JWT_FORMAT", message: "Invalid JWT" });
      }
    }
    return await forward(request, url, name, functions, { client, signal });
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

function message(status: number, body: Record<string, unknown>): Response {
  return withCors(Response.json(body, { status }));
}
