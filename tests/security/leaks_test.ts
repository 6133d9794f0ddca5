/**
 * No secret and nothing personal in a log, an answer or a message. Every file with a stack is searched
 * when its stack stops; here is what such a search finds, and a life of jobs with every kind of end.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Leaks } from "../support/leaks.ts";
import { startTestStack, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({ functionsEnv: { ALLOW_GUESTS: "true" } });
const wish = "Leave my job — quietly & soon";

Deno.test("a text is found as it is, in other letters, and as JSON, URLs and base64 write it", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const hidden = [
    wish,
    wish.toUpperCase(),
    `{"goals":["${wish}"]}`,
    JSON.stringify(JSON.stringify({ goals: ['say "yes"', wish] })),
    encodeURIComponent(`q=${wish}`),
    ...["", "x", "xy", "xyz"].map((before) => bytes(`${before}${wish}!`).toBase64()),
    bytes(`{"goals":["${wish}"]}`).toBase64({ alphabet: "base64url" }),
  ];
  for (const text of hidden) {
    const leaks = new Leaks();
    leaks.know("a goal", [wish]);
    leaks.see("an answer", text);
    assertEquals(leaks.found(), ["a goal is in an answer"], text);
  }
});

Deno.test("tokens, keys and connection strings are found whoever they belong to", () => {
  const found = (text: string) => {
    const leaks = new Leaks();
    leaks.see("an answer", text);
    return leaks.found();
  };
  assertEquals(found("https://x/sign?token=eyJhbGciOiJI.eyJ1cmwiOiJ2.c2ln"), [
    "a token is in an answer",
  ]);
  assertEquals(found("apikey: sb_secret_0123456789"), ["a secret API key is in an answer"]);
  assertEquals(found("at postgresql://postgres:x@db/"), ["a connection string is in an answer"]);
  assertEquals(found('{"code":"unauthorized","job_id":"0"}'), []);
});

Deno.test("every personal field of a job is known, and a finding names the event and not the value", () => {
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
  const values = Object.values(job).flat();
  for (const value of values) {
    const leaks = new Leaks();
    leaks.knowJob(job);
    leaks.seeLine(
      "create-job",
      JSON.stringify({ fn: "create-job", event: "job_created", x: value }),
    );
    const [sentence, ...others] = leaks.found();
    assert(sentence?.endsWith("is in the log of create-job, event job_created"), sentence ?? value);
    assertEquals(others, []);
    assert(!sentence!.includes(value));
  }
});

test("a test file fails at its end when something private was logged", async () => {
  const own = await startTestStack({});
  const { email } = await own.person();
  own.world().log(JSON.stringify({ fn: "create-job", event: "job_created", to: email }));
  const error = await assertRejects(() => own.stop()) as Error;
  assertEquals(
    error.message,
    "Something private got out: an address is in the log of a function, event job_created.",
  );
});

test("jobs live and end in every way, and neither log, answer nor message tells of whom or what", async () => {
  const ava = await stack().person();
  const { SUPABASE_PUBLISHABLE_KEY: apikey } = stack().env;
  const idempotency_key = `click-${crypto.randomUUID()}`;
  const request = { goals: [wish], name: "Ava Example", rank_tag: "@ava-example" };
  const answers = [
    await ava.create({ ...request, idempotency_key }),
    await ava.create({ ...request, idempotency_key }), // replayed
    await ava.create({ ...request, idempotency_key, theme: "dark" }), // 422
    await ava.create({ ...request, name: wish.repeat(10) }), // 400
    await ava.create({
      ...request,
      goals: [wish, wish.repeat(20)],
      theme: wish,
      idempotency_key: wish,
    }),
    await ava.create({ ...request }, { authorization: `Bearer ${ava.token}x` }), // 401
    await stack().post("create-job", JSON.stringify({ ...request, email: wish }), { apikey }),
    await stack().post("create-job", JSON.stringify({ ...request, email: "guest@example.com" }), {
      apikey,
    }),
    await stack().post("create-job", `{"goals":["${wish}"`, { apikey }),
  ];
  assertEquals(answers.map((answer) => answer.status), [
    202,
    202,
    422,
    400,
    400,
    401,
    400,
    202,
    400,
  ]);
  const ended = async (id: string) => {
    const row = await stack().read(id);
    return row && ["complete", "failed"].includes(row.status) && row;
  };
  const { id } = await answers[0]!.json();
  assertEquals((await until(() => ended(id))).status, "complete");

  // every delivery fails, QStash's callback ends the job, with the function's answer in it
  await stack()
    .sql`update storage.buckets set allowed_mime_types = array['image/gif'] where id = 'vision-boards'`;
  const { id: failing } = await (await ava.create(request)).json();
  assertEquals((await until(() => ended(failing))).error_code, "attempts_exhausted");

  await stack().sweep();
  assertEquals(await stack().leaks(), []);
});
