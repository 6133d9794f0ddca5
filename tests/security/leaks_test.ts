/**
 * No secret and nothing personal in a log, an answer or a message. Every test file with a stack is
 * searched when its stack stops; here is what such a search finds, and jobs with every kind of end.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Leaks } from "../support/leaks.ts";
import { startTestStack, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({ functionsEnv: { ALLOW_GUESTS: "true" } });
const wish = "Leave my job — quietly & soon";

/** What is found in an answer with this text. */
function search(text: string, known?: unknown): string[] {
  const leaks = new Leaks();
  leaks.know("a goal", known);
  leaks.see("an answer", text);
  return leaks.found();
}

Deno.test("a text is found as it is, in capitals, and as JSON, URLs and base64 write it", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const hidden = [
    wish,
    wish.toUpperCase(),
    JSON.stringify(JSON.stringify({ goals: ['say "yes"', wish] })),
    encodeURIComponent(`q=${wish}`),
    ...["", "x", "xy", "xyz"].map((before) => bytes(`${before}${wish}!`).toBase64()),
    bytes(`{"goals":["${wish}"]}`).toBase64({ alphabet: "base64url" }),
  ];
  for (const text of hidden) assertEquals(search(text, [wish]), ["a goal is in an answer"], text);
});

Deno.test("tokens, keys and connection strings are found whoever they belong to", () => {
  const link = "https://x/sign?token=eyJhbGciOiJI.eyJ1cmwiOiJ2.c2ln";
  assertEquals(search(link), ["a token is in an answer"]);
  assertEquals(search("sb_secret_0123456789"), ["a secret API key is in an answer"]);
  assertEquals(search("at postgresql://a:b@db/"), ["a connection string is in an answer"]);
  assertEquals(search('{"code":"unauthorized","job_id":"0"}'), []);
});

Deno.test("every personal field of a job is known; what is found names the event, not the value", () => {
  const job = {
    goals: ["Learn to swim"],
    name: "Ava Example",
    rank_tag: "@ava-example",
    email: "ava@example.com",
    idempotency_key: "click-0001",
    lease_token: crypto.randomUUID(),
    image_storage_path: `${crypto.randomUUID()}/x.jpg`,
    image_url: "https://example.com/a.jpg",
  };
  for (const value of Object.values(job).flat()) {
    const leaks = new Leaks();
    leaks.knowJob(job);
    const line = { fn: "create-job", event: "job_created", x: value };
    leaks.seeLine("create-job", JSON.stringify(line));
    const [sentence, ...others] = leaks.found();
    assert(sentence?.endsWith("is in the log of create-job, event job_created"), sentence ?? value);
    assertEquals(others, []);
    assert(!sentence!.includes(value));
  }
});

test("a test file fails at its end when something private was logged", async () => {
  const own = await startTestStack({});
  const { email } = await own.person();
  own.deps().log(JSON.stringify({ fn: "create-job", event: "job_created", to: email }));
  const error = await assertRejects(() => own.stop()) as Error;
  assertEquals(
    error.message,
    "Something private got out: an address is in the log of a function, event job_created.",
  );
});

test("jobs end in every way, and no log, answer or message tells whose they are or what of", async () => {
  const ava = await stack().person();
  const request = { goals: [wish], name: "Ava Example", rank_tag: "@ava-example" };
  const key = { idempotency_key: `click-${crypto.randomUUID()}` };
  const long = { goals: [wish, wish.repeat(20)], theme: wish, idempotency_key: wish };
  const asGuest = (body: string) => {
    const { SUPABASE_PUBLISHABLE_KEY: apikey } = stack().env;
    return stack().post("create-job", body, { apikey });
  };
  const first = await ava.create({ ...request, ...key });
  const answers: [Response, status: number][] = [
    [await ava.create({ ...request, ...key }), 202], // replayed
    [await ava.create({ ...request, ...key, theme: "dark" }), 422],
    [await ava.create({ ...request, name: wish.repeat(10) }), 400],
    [await ava.create({ ...request, ...long }), 400],
    [await ava.create(request, { authorization: `Bearer ${ava.token}x` }), 401],
    [await asGuest(JSON.stringify({ ...request, email: wish })), 400],
    [await asGuest(JSON.stringify({ ...request, email: "guest@example.com" })), 202],
    [await asGuest(`{"goals":["${wish}"`), 400],
  ];
  for (const [i, [answer, status]] of answers.entries()) {
    assertEquals([i, answer.status], [i, status]);
  }

  const end = (id: string) =>
    until(async () => {
      const row = await stack().read(id);
      return row && ["complete", "failed"].includes(row.status) && row;
    });
  assertEquals((await end((await first.json()).id)).status, "complete");

  // every delivery fails, and QStash's callback ends the job: it holds the function's answer
  await stack().whileUploadsFail(async () => {
    const failing = await (await ava.create(request)).json();
    assertEquals((await end(failing.id)).error_code, "attempts_exhausted");
  });

  await stack().sweep();
  assertEquals(await stack().leaks(), []);
});
