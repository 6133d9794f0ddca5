/** Servers on loopback that stand in for somebody else's API and answer what a test tells them to. */
import "../../tools/local-stack/no_proxy.ts";

export interface FakeServer {
  url: string;
  /** What came, newest last. */
  requests: { method: string; path: string; headers: Headers; body: string }[];
  /** A test's answer; while it gives undefined, the usual one is sent. */
  answer(request: Request): Response | undefined | Promise<Response | undefined>;
  stop(): Promise<void>;
}

/** @param usually what it answers where `answer` has nothing to say */
export function startFakeServer(
  usually: (request: Request, body: string) => Response | Promise<Response>,
): FakeServer {
  const requests: FakeServer["requests"] = [];
  const ending = new AbortController();
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen() {},
      onError: () => new Response(),
      signal: ending.signal,
    },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const copy = request.clone();
      const body = await request.text();
      requests.push({ method, path: pathname + search, headers, body });
      return await fake.answer(copy) ?? await usually(request, body);
    },
  );
  const fake: FakeServer = {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    answer: () => undefined,
    // at once: some of its answers never end
    stop: () => (ending.abort(), server.finished),
  };
  return fake;
}

/** A word in every bad answer. No answer of ours, no row and no log may show it. */
export const foreign = "zzForeignzz";

const html = `<!doctype html><p>${foreign} at http://elsewhere.example/${foreign}`;
const start = new TextEncoder().encode(`{"a":"${foreign}`);
const endless = () => new ReadableStream({ start: (controller) => controller.enqueue(start) });
const broken = () =>
  new ReadableStream({
    pull(controller) {
      controller.enqueue(start);
      controller.error(new Error("gone"));
    },
  });
const json = (status: number, body: unknown) => () => Response.json(body, { status });
const text = (status: number, body: string | null, headers?: HeadersInit) => () =>
  new Response(body, { status, headers });
const error = { error: foreign, message: foreign, code: foreign };

/** Answers that no API of ours should give, by what they are. */
export const badAnswers: Record<string, () => Response> = {
  "200 with HTML": text(200, html, { "content-type": "text/html" }),
  "200 with nothing": text(200, null),
  "200 with null": json(200, null),
  "200 with a text": json(200, foreign),
  "200 with a number": json(200, 7),
  "200 with an empty object": json(200, {}),
  "200 with an empty list": json(200, []),
  "200 that is no gzip": text(200, foreign, { "content-encoding": "gzip" }),
  "201 with a list": json(201, [{ messageId: foreign, url: foreign, outcome: foreign }]),
  "204": text(204, null),
  "304": text(304, null),
  "400 in JSON": json(400, error),
  "401 in JSON": json(401, error),
  "404 with HTML": text(404, html),
  "429": json(429, error),
  "500 in JSON": json(500, error),
  "500 with HTML": text(500, html),
  "503 with HTML": text(503, html),
  "an answer that never ends": () => new Response(endless()),
  "an answer that breaks off": () => new Response(broken()),
};
