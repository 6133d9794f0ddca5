/** Servers that stand in for QStash and Supabase and answer what they like, for answers_test.ts. */

type Answer = (request: Request) => Response | undefined | Promise<Response | undefined>;

export interface Outside {
  url: string;
  /** What came, newest last. */
  requests: { method: string; path: string; headers: Headers; body: string }[];
  /** What it answers until it is said otherwise; undefined: what it usually answers. */
  answer: Answer;
  stop(): Promise<void>;
}

/** @param usually what it answers where `answer` has nothing to say */
export function startOutside(usually: (request: Request, body: string) => Promise<Response>) {
  const requests: Outside["requests"] = [];
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
      const copy = request.clone();
      const body = await request.text();
      requests.push({
        method: request.method,
        path: pathname + search,
        headers: request.headers,
        body,
      });
      return await outside.answer(copy) ?? await usually(request, body);
    },
  );
  const outside: Outside = {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    answer: () => undefined,
    // at once: some of its answers never end
    stop: () => (ending.abort(), server.finished),
  };
  return outside;
}

/** What no answer, row or log may show. */
export const foreign = "zzForeignzz";

const html =
  `<!doctype html><title>${foreign}</title><p>${foreign} at http://elsewhere.example/${foreign}`;
const endless = () =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(`{"a":"${foreign}`)),
  });
const broken = () =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(`{"a":"${foreign}`));
      controller.error(new Error("gone"));
    },
  });

/** Answers that no API gives, by what they are. */
export const absurd: Record<string, () => Response> = {
  "200 with HTML": () => new Response(html, { headers: { "content-type": "text/html" } }),
  "200 with nothing": () => new Response(null, { status: 200 }),
  "200 with null": () => Response.json(null),
  "200 with a text": () => Response.json(foreign),
  "200 with a number": () => Response.json(7),
  "200 with an empty object": () => Response.json({}),
  "200 with an empty list": () => Response.json([]),
  "200 that is no gzip": () => new Response(foreign, { headers: { "content-encoding": "gzip" } }),
  "201 with a list": () => Response.json([{ messageId: foreign, url: foreign }], { status: 201 }),
  "204": () => new Response(null, { status: 204 }),
  "304": () => new Response(null, { status: 304 }),
  "400 in JSON": () => Response.json({ error: foreign, message: foreign }, { status: 400 }),
  "401 in JSON": () => Response.json({ error: foreign, message: foreign }, { status: 401 }),
  "404 with HTML": () => new Response(html, { status: 404 }),
  "429": () => Response.json({ error: foreign }, { status: 429 }),
  "500 with HTML": () => new Response(html, { status: 500 }),
  "503 with HTML": () => new Response(html, { status: 503 }),
  "an answer that never ends": () => new Response(endless()),
  "an answer that breaks off": () => new Response(broken()),
};
