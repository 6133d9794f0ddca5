/** HTTP servers that stand between the parts of the running stack and can get in the way. */

/** A request as it came, held whole so that it can be passed on any number of times. */
export interface Exchange {
  method: string;
  /** With the query. */
  path: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  /** Aborts when the caller hangs up. */
  signal: AbortSignal;
}

export interface Proxy {
  url: string;
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. What `handle` throws becomes a broken connection. */
export function startProxy(handle: (exchange: Exchange) => Promise<Response>): Proxy {
  const ending = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: ending.signal,
    onListen() {},
    onError: broken,
  }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.bytes();
    return await handle({
      method: request.method,
      path: pathname + search,
      headers: request.headers,
      body,
      signal: AbortSignal.any([request.signal, ending.signal]),
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async stop() {
      ending.abort();
      await server.finished;
    },
  };
}

// No pool: a connection to a process that was killed meanwhile would cost a request.
const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });

/** The other side's answer, read to its end. Rejects if the connection breaks. */
export async function pass(exchange: Exchange, origin: string): Promise<Response> {
  const headers = new Headers(exchange.headers);
  for (const name of ["host", "connection", "content-length", "transfer-encoding"]) {
    headers.delete(name);
  }
  const response = await fetch(origin + exchange.path, {
    method: exchange.method,
    headers,
    body: exchange.body.length > 0 ? exchange.body : null,
    redirect: "manual",
    client,
  });
  const answered = new Headers(response.headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) {
    answered.delete(name);
  }
  const bytes = await response.bytes();
  const empty = [101, 204, 304].includes(response.status);
  return new Response(empty ? null : bytes, { status: response.status, headers: answered });
}

/** A connection that breaks in the middle of the answer. */
export function broken(): Response {
  return new Response(
    new ReadableStream({
      pull(controller) {
        controller.error(new Error("broken on purpose"));
      },
    }),
  );
}

/** No answer at all, until the caller hangs up. */
export async function silence({ signal }: Exchange): Promise<Response> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  return broken();
}
