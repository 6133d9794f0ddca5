import { assert, assertEquals } from "@std/assert";
import { RetryableError } from "../../supabase/functions/_shared/errors.ts";
import type { PicturesConfig } from "../../supabase/functions/_pictures/config.ts";
import { badAnswers } from "../support/fake_server.ts";
import { ask, crowd, jpeg, KEY, png, test, useOutside } from "./support.ts";

const picture = jpeg();
const made = () => Response.json({ created: 1, data: [{ b64_json: picture.toBase64() }] });
const drawn = (bytes: Uint8Array) =>
  Response.json({
    candidates: [{
      finishReason: "STOP",
      content: { parts: [{ inlineData: { mimeType: "image/png", data: bytes.toBase64() } }] },
    }],
  });
const api = useOutside((request) =>
  Promise.resolve(request.url.includes(":generateContent") ? drawn(png(1024, 1024)) : made())
);

const openai: PicturesConfig = {
  source: "ai",
  provider: "openai",
  model: "gpt-image-1",
  key: KEY,
  url: `${api.url}/v1`,
};
const google: PicturesConfig = { ...openai, provider: "google", model: "gemini-2.5-flash-image" };
const refusal = (status: number, error: Record<string, unknown>, headers = {}) => () =>
  Response.json({ error: { message: `no, ${KEY}`, type: null, param: null, ...error } }, {
    status,
    headers,
  });
const goals = ["Learn to swim", "Sleep more", "Run a marathon"];
const misconfigured = (problem: string) =>
  `misconfigured: The pictures of this service are misconfigured: ${problem}. ` +
  "Please tell whoever runs it; your goals are fine.";

test("OpenAI is asked as it wants it: the key, the model, a small JPEG, one picture", async () => {
  const { photos, failure } = await ask(openai);
  assertEquals([failure, photos], [null, [{ bytes: picture, credit: null }]]);
  const [{ method, path, headers, body }] = api.requests as [typeof api.requests[0]];
  assertEquals([method, path, headers.get("authorization")], [
    "POST",
    "/v1/images/generations",
    `Bearer ${KEY}`,
  ]);
  const { prompt, ...options } = JSON.parse(body);
  assert(prompt.includes('"Learn to swim"'));
  assertEquals(options, {
    model: "gpt-image-1",
    n: 1,
    size: "1024x1024",
    quality: "low",
    output_format: "jpeg",
    output_compression: 85,
  });
});

test("models of another class are not told what they do not know", async () => {
  await ask({ ...openai, model: "dall-e-3" });
  const { prompt: _, ...options } = JSON.parse(api.requests[0]!.body);
  assertEquals(options, {
    model: "dall-e-3",
    n: 1,
    size: "1024x1024",
    response_format: "b64_json",
  });
});

test("Gemini is asked as it wants it: the key, the model, a square picture", async () => {
  const { photos, failure } = await ask(google);
  assertEquals([failure, photos], [null, [{ bytes: png(1024, 1024), credit: null }]]);
  const [{ path, headers, body }] = api.requests as [typeof api.requests[0]];
  assertEquals([path, headers.get("x-goog-api-key"), headers.get("authorization")], [
    "/v1/models/gemini-2.5-flash-image:generateContent",
    KEY,
    null,
  ]);
  const { contents, generationConfig } = JSON.parse(body);
  assert(contents[0].parts[0].text.includes('"Learn to swim"'));
  assertEquals(generationConfig.imageConfig, { aspectRatio: "1:1" });
});

test("all pictures of a board have one style, and a dark board another light", async () => {
  await ask(openai, { goals });
  await ask(openai, { goals: goals.slice(0, 1), theme: "dark" });
  const prompts = api.requests.map(({ body }) => JSON.parse(body).prompt as string);
  const styles = prompts.map((prompt) => prompt.slice(prompt.lastIndexOf('"')));
  assertEquals(new Set(styles.slice(0, 3)).size, 1);
  assert(styles[3] !== styles[0]);
});

test("each goal gets its own picture, and six are made at the same time", async () => {
  const many = Array.from({ length: 12 }, (_, i) => `goal number ${i}`);
  api.answer = async (request) => {
    const number = Number(/goal number (\d+)/.exec((await request.json()).prompt)![1]);
    await new Promise((resolve) => setTimeout(resolve, 20 - number)); // the last is the first
    return Response.json({ data: [{ b64_json: jpeg(1000 + number, 10).toBase64() }] });
  };
  const { photos } = await ask(openai, { goals: many });
  assertEquals(photos.map((photo) => photo?.bytes), many.map((_, i) => jpeg(1000 + i, 10)));

  const busy = crowd(made);
  api.answer = busy.answer;
  await ask(openai, { goals: many });
  assertEquals(busy.most(), 6);
});

/** Every failure that a later attempt may not meet. */
const passing: [what: string, answer: () => Response | Promise<Response>, expected: string][] = [
  ["429 with Retry-After", refusal(429, {}, { "retry-after": "17" }), "later: 17 s"],
  ["429 without", refusal(429, { code: "rate_limit_exceeded" }), "later"],
  ["429 that asks for a day", refusal(429, {}, { "retry-after": "86400" }), "later: 300 s"],
  ["429 that asks for nothing", refusal(429, {}, { "retry-after": "0" }), "later: 1 s"],
  ["429 with nonsense", refusal(429, {}, { "retry-after": "soon" }), "later"],
  ["500", refusal(500, {}), "later"],
  ["503 with HTML", badAnswers["503 with HTML"]!, "later"],
  ["408", refusal(408, {}), "later"],
  ["200 with HTML", badAnswers["200 with HTML"]!, "later"],
  ["200 with nothing", badAnswers["200 with nothing"]!, "later"],
  ["200 with null", badAnswers["200 with null"]!, "later"],
  ["an answer that breaks off", badAnswers["an answer that breaks off"]!, "later"],
  ["an answer that never ends", badAnswers["an answer that never ends"]!, "later"],
  ["no answer", () => new Promise(() => {}), "later"],
  ["empty data", () => Response.json({ data: [] }), "later"],
  ["a redirect", () => Response.redirect(`${api.url}/elsewhere`, 307), "later"],
  [
    "a page in base64",
    () => Response.json({ data: [{ b64_json: btoa("<p>".repeat(50)) }] }),
    "later",
  ],
  [
    "more bytes than any picture has",
    () => Response.json({ data: [{ b64_json: "A".repeat(12 * 1024 * 1024) }] }),
    "later",
  ],
];

/** Those that end by our own patience. */
const stalls = new Set(["an answer that never ends", "no answer"]);

test("what may pass fails the attempt, with the time that the provider asks for", async () => {
  for (const [what, answer, expected] of passing) {
    api.answer = answer;
    const { failure } = await ask(openai, {}, stalls.has(what) ? 0.1 : 10);
    assertEquals([what, failure, api.requests.length], [what, expected, 1]);
    api.requests.length = 0;
  }
  const { failure } = await ask({ ...openai, url: "http://127.0.0.1:1" });
  assertEquals(failure, "later");
});

test("Retry-After may be a date", async () => {
  const date = new Date(Date.now() + 90_000).toUTCString();
  api.answer = refusal(429, {}, { "retry-after": date });
  const seconds = Number(/\d+/.exec((await ask(openai)).failure!)![0]);
  assert(seconds >= 88 && seconds <= 90, `${seconds}`);
});

test("Google says in the body when to come back", async () => {
  api.answer = refusal(429, {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    details: [
      { "@type": "type.googleapis.com/google.rpc.QuotaFailure" },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "33.6s" },
    ],
  });
  assertEquals((await ask(google)).failure, "later: 34 s");
});

test("on the last attempt the goal is illustrated instead, and the others go on", async () => {
  for (const [what, answer] of passing) {
    api.answer = async (request) =>
      (await request.json()).prompt.includes("Sleep more") ? await answer() : undefined;
    const { photos, failure } = await ask(openai, { goals, last: true }, stalls.has(what) ? 1 : 10);
    assertEquals([what, failure, photos.map((photo) => photo !== null)], [
      what,
      null,
      [true, false, true],
    ]);
  }
  const unreachable = await ask({ ...openai, url: "http://127.0.0.1:1" }, { goals, last: true });
  assertEquals(unreachable.photos, [null, null, null]);
});

test("the first failure aborts what runs, and nothing new begins", async () => {
  const signals: AbortSignal[] = [];
  const watched: typeof fetch = (input, init) => {
    signals.push(init!.signal!);
    return fetch(input, init);
  };
  api.answer = async (request) => {
    if (!(await request.json()).prompt.includes("Sleep more")) return await new Promise(() => {});
    // when all six are here
    while (api.requests.length < 6) await new Promise((resolve) => setTimeout(resolve, 1));
    return refusal(500, {})();
  };
  const many = ["Sleep more", ...Array.from({ length: 11 }, (_, i) => `goal number ${i}`)];
  assertEquals((await ask(openai, { goals: many }, 30, watched)).failure, "later");
  assertEquals(signals.map((signal) => signal.aborted), new Array(6).fill(true));
});

test("when the time for pictures is over, an attempt fails, and the last one takes what it has", async () => {
  const many = Array.from({ length: 8 }, (_, i) => `goal number ${i}`);
  api.answer = async (request) =>
    (await request.json()).prompt.includes("number 0") ? undefined : await new Promise(() => {});
  const failed = await ask(openai, { goals: many, signal: AbortSignal.timeout(100) }, 30);
  assertEquals(failed.failure, "later");
  const last = await ask(
    openai,
    { goals: many, signal: AbortSignal.timeout(1_000), last: true },
    30,
  );
  assertEquals(last.photos.map((photo) => photo !== null), many.map((_, i) => i === 0));
});

test("what moderation refuses is illustrated, at every attempt, and counted without its text", async () => {
  const blocked = [
    refusal(400, { code: "moderation_blocked", type: "image_generation_user_error" }),
    refusal(400, { code: "content_policy_violation" }),
    refusal(403, { code: "content_filter" }),
    refusal(400, { code: "something_new" }),
  ];
  for (const answer of blocked) {
    api.answer = async (request) =>
      (await request.json()).prompt.includes("Sleep more") ? answer() : undefined;
    const { photos, failure, lines } = await ask(openai, { goals });
    assertEquals([failure, photos.map((photo) => photo !== null)], [null, [true, false, true]]);
    assertEquals(lines, [
      JSON.stringify({ event: "picture_failed", error: `PictureRefusedError ${answer().status}` }),
    ]);
  }
});

test("Gemini refuses with 200, and that is told from an answer without a picture", async () => {
  const cases: [object, string | null][] = [
    [{ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }, null],
    [{ promptFeedback: { blockReason: "SAFETY" }, candidates: [] }, null],
    [{ candidates: [{ finishReason: "IMAGE_SAFETY" }] }, null],
    [{ candidates: [{ finishReason: "STOP", content: { parts: [{ text: "Sure!" }] } }] }, "later"],
    [{ candidates: [{ finishReason: "NO_IMAGE" }] }, "later"],
    [{ candidates: [] }, "later"],
  ];
  for (const [answer, expected] of cases) {
    api.answer = () => Response.json(answer);
    const { failure, photos } = await ask(google);
    assertEquals([failure, photos], [expected, expected ? [] : [null]], JSON.stringify(answer));
  }
});

test("what only the operator can mend fails for good, also at the last attempt, and names the variable", async () => {
  const quota = { code: "insufficient_quota", type: "insufficient_quota" };
  const cases: [PicturesConfig, () => Response, string][] = [
    [openai, refusal(401, { code: "invalid_api_key" }), "OPENAI_API_KEY was refused"],
    [openai, refusal(403, {}), "OPENAI_API_KEY was refused"],
    [openai, () => new Response("who?", { status: 401 }), "OPENAI_API_KEY was refused"],
    [openai, refusal(429, quota), "the account of OPENAI_API_KEY has no quota left"],
    [
      openai,
      refusal(400, { code: "billing_hard_limit_reached" }),
      "the account of OPENAI_API_KEY has no quota left",
    ],
    [
      openai,
      refusal(404, { code: "model_not_found" }),
      "IMAGE_MODEL or OPENAI_BASE_URL was not found",
    ],
    [
      openai,
      refusal(400, { code: "invalid_value", param: "model" }),
      "IMAGE_MODEL or OPENAI_BASE_URL was not found",
    ],
    [
      google,
      refusal(400, {
        code: 400,
        status: "INVALID_ARGUMENT",
        details: [{ reason: "API_KEY_INVALID", domain: "googleapis.com" }],
      }),
      "GOOGLE_GENERATIVE_AI_API_KEY was refused",
    ],
    [
      google,
      refusal(403, { code: 403, status: "PERMISSION_DENIED" }),
      "GOOGLE_GENERATIVE_AI_API_KEY was refused",
    ],
    [google, refusal(404, { code: 404, status: "NOT_FOUND" }), "IMAGE_MODEL was not found"],
  ];
  for (const [config, answer, problem] of cases) {
    api.answer = answer;
    for (const last of [false, true]) {
      const { failure, lines } = await ask(config, { last });
      assertEquals(failure, misconfigured(problem));
      assert(lines.some((line) => line.includes('"misconfigured"') && line.includes(problem)));
    }
  }
});

test("no line and no error holds a goal, the key, or what the provider said", async () => {
  const errors: unknown[] = [];
  for (const [what, answer] of passing) {
    api.answer = answer;
    const { failure, lines } = await ask(openai, {}, stalls.has(what) ? 0.1 : 10);
    for (const text of [failure, ...lines]) {
      assert(!/swim|secret|elsewhere|zzForeign/i.test(text!), text!);
    }
  }
  api.answer = refusal(500, {});
  const { pictureSource } = await import("../../supabase/functions/_pictures/source.ts");
  const source = pictureSource(openai, { fetch, now: Date.now, timing: { call: 1, picture: 1 } });
  const signal = new AbortController().signal;
  await source({ goals, theme: "light", last: false, signal, log() {} }).catch((error) =>
    errors.push(error)
  );
  const [error] = errors as [RetryableError];
  assertEquals([error.name, error.status, error.cause], ["RetryableError", 500, undefined]);
  assert(!/swim|secret/i.test(Deno.inspect(error)));
});

test("a goal that is nothing but quotation marks is illustrated and asks nobody", async () => {
  assertEquals((await ask(openai, { goals: ['"""', " ' "] })).photos, [null, null]);
  assertEquals(api.requests.length, 0);
});

test("a picture with more pixels than memory holds is refused", async () => {
  api.answer = () => Response.json({ data: [{ b64_json: jpeg(60_000, 60_000).toBase64() }] });
  const { photos, failure } = await ask(openai);
  assertEquals([failure, photos], [null, [null]]);
});

test("what is illustrated asks nobody", async () => {
  assertEquals((await ask({ source: "illustrated" }, { goals })).photos, [null, null, null]);
  assertEquals(api.requests.length, 0);
});
