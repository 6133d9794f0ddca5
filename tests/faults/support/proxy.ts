/** HTTP proxies between the parts of the running stack, where faults are injected. */

/** A request with its whole body, so that it can be forwarded any number of times. */
export interface ProxiedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  /** Aborted when the caller hangs up. */
  signal: AbortSignal;
}

export interface Proxy {
  url: string;
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. What `handle` throws becomes a broken connection. */
export function startProxy(handle: (request: ProxiedRequest) => Promise<Response>): Proxy {
  const stopping = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stopping.signal,
    onListen() {},
    onError: breakConnection,
  }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.bytes();
    return await handle({
      method: request.method,
      path: pathname + search,
      headers: request.headers,
      body,
      signal: AbortSignal.any([request.signal, stopping.signal]),
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async stop() {
      stopping.abort();
      await server.finished;
    },
  };
}

// No connection pool: a pooled connection to a process that was killed since would cost a request.
const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });

/** Sends the request on and reads the whole answer. Rejects if the connection breaks. */
export async function forward(request: ProxiedRequest, origin: string): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of ["host", "connection", "content-length", "transfer-encoding"]) {
    headers.delete(name);
  }
  const response = await fetch(origin + request.path, {
    method: request.method,
    headers,
    body: request.body.length > 0 ? request.body : null,
    redirect: "manual",
    client,
  });
  const answerHeaders = new Headers(response.headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) {
    answerHeaders.delete(name);
  }
  const bytes = await response.bytes();
  const empty = [101, 204, 304].includes(response.status);
  return new Response(empty ? null : bytes, { status: response.status, headers: answerHeaders });
}

/** An answer whose connection breaks in the middle. */
export function breakConnection(): Response {
  return new Response(
    new ReadableStream({
      pull(controller) {
        controller.error(new Error("broken on purpose"));
      },
    }),
  );
}

/** No answer at all, until the caller hangs up. */
export async function neverRespond({ signal }: ProxiedRequest): Promise<Response> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  return breakConnection();
}
