import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { readConfig } from "../../supabase/functions/_shared/config.ts";
import { LIMITS } from "../../supabase/functions/_shared/contract.ts";
import { HttpError } from "../../supabase/functions/_shared/errors.ts";
import { qstashQueue } from "../../supabase/functions/_shared/qstash/publish.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { readCreateRequest } from "../../supabase/functions/create-job/request.ts";
import { refusal } from "../support/refusal.ts";
import { test, until, useStack } from "../support/test_stack.ts";

// QSTASH_DEV would make the SDK publish to a server of its own; it must have no effect
const stack = useStack({ functionsEnv: { QSTASH_DEV: "true" } });
const goals = ["Run a marathon", "Learn Spanish"];

test("a person's request becomes a row of theirs, and soon a board", async () => {
  const ava = await stack().person();
  const response = await ava.create({
    ...{ goals, name: " Ava ", rank_tag: "@ava", theme: "dark" },
    // not the caller's to say
    ...{ email: "victim@example.com", user_id: crypto.randomUUID(), status: "complete" },
  });
  assertEquals(response.status, 202);
  const job = await response.json();
  assertEquals(Object.keys(job).sort(), ["created_at", "expires_at", "id", "status"]);
  assertEquals(job.status, "pending");
  const days = (Date.parse(job.expires_at) - Date.parse(job.created_at)) / 86_400_000;
  assertEquals(days, 30);

  await stack().ended(job.id);
  const { data } = await ava.supabase.from("vision_board_jobs").select().eq("id", job.id).single();
  const done = data!;
  assertObjectMatch(done, {
    ...{ user_id: ava.id, email: ava.email, name: "Ava", rank_tag: "@ava", theme: "dark", goals },
    ...{ status: "complete", attempts: 1, dispatch_count: 1 },
  });
  assertEquals(done.image_storage_path?.split("/")[0], job.id);
  assert(done.started_at! <= done.finished_at!);

  const picture = await fetch(done.image_url!);
  assertEquals(picture.headers.get("content-type"), "image/jpeg");
  assertEquals([...(await picture.bytes()).slice(0, 3)], [0xff, 0xd8, 0xff]);

  const events = () =>
    stack().log.filter(({ job_id }) => job_id === job.id).map(({ event }) => event).toSorted();
  const expected = ["board_drawn", "job_claimed", "job_completed", "job_created", "job_dispatched"];
  // create-job may be the last to write its line
  await until(() => events().length >= expected.length);
  assertEquals(events(), expected);
});

test("QStash gets the job's id, how to deliver it, and nothing personal", async () => {
  const ava = await stack().person();
  stack().functions.kill("process-job", "SIGSTOP"); // so that the message is still there to be looked at
  try {
    const { id } = await (await ava.create({ goals })).json();
    const row = (await stack().read(id))!;
    const messageOf = async (messageId: string) => {
      const answer = await fetch(`${stack().env.QSTASH_URL}/v2/messages/${messageId}`, {
        headers: { authorization: `Bearer ${stack().env.QSTASH_TOKEN}` },
      });
      return await answer.json();
    };
    const message = await messageOf(row.qstash_message_id!);
    const text = JSON.stringify(message);
    assertObjectMatch(message, {
      url: stack().functionUrl("process-job"),
      body: JSON.stringify({ job_id: id }),
      maxRetries: 3,
      retryDelayExpression: "10000 * pow(3, retried)",
      failureCallback: stack().functionUrl("fail-job"),
      label: "vision-board",
      flowControlKey: "vision-board",
      parallelism: 2,
    });
    assertEquals(message.header["Vision-Board-Dispatch"], ["1"]);
    const again = await qstashQueue(readConfig(stack().deps().env), stack().deps()).publish(id, 1);
    assertEquals(again, row.qstash_message_id, "the same dispatch is the same message");
    const pinned = readConfig(
      stack().deps({ FUNCTIONS_REGION: "eu-west-1", BOARDS_AT_ONCE: "7" }).env,
    );
    const next = await messageOf(await qstashQueue(pinned, stack().deps()).publish(id, 2));
    assertEquals([next.header["X-Region"], next.parallelism], [["eu-west-1"], 7]);
    assertEquals(message.header["X-Region"], undefined);
    // the last request of the shortest life of an isolate has 75 s; QStash's last retry comes after 130 s
    const { attempt, call, delivery, lease, retry } = timing;
    assert(call + attempt + call <= 75 && 75 < delivery && delivery < lease);
    assert(lease < retry * (1 + 3 + 9));
    for (const secret of [ava.email, ava.id, "marathon", stack().env.SUPABASE_SECRET_KEY]) {
      assert(!text.includes(secret), `QStash was told ${secret}`);
    }
  } finally {
    stack().functions.kill("process-job", "SIGCONT");
  }
});

test("the same key and request give the same job again, however far it is", async () => {
  const ava = await stack().person();
  const request = { goals, idempotency_key: crypto.randomUUID() };
  const first = await ava.create(request);
  assertEquals(first.headers.get("idempotent-replayed"), null);
  const job = await first.json();
  await stack().ended(job.id);

  const again = await ava.create({ ...request, goals: goals.map((goal) => ` ${goal}`) });
  assertEquals([again.status, again.headers.get("idempotent-replayed")], [202, "true"]);
  assertEquals(await again.json(), job);

  const byHeader = await ava.create({ goals }, { "idempotency-key": request.idempotency_key });
  assertEquals((await byHeader.json()).id, job.id);
});

test("a refused token is logged: a project without asymmetric keys refuses all", async () => {
  const headers = { authorization: "Bearer not.a.token" };
  await refusal(await stack().post("create-job", "{}", headers), 401, "unauthorized");
  await until(() =>
    stack().log.some(({ event, code }) => event === "token_refused" && code === "INVALID_JWT")
  );
});

test("a token that outlived its account is refused", async () => {
  const ava = await stack().person();
  await stack().sql`delete from auth.users where id = ${ava.id}`;
  await refusal(await ava.create({ goals }), 401, "unauthorized");
});

test("a token is read in whatever way HTTP lets a client write it, and in no other", async () => {
  const ava = await stack().person();
  const handle = createJob(stack().deps({ MAX_ACTIVE_JOBS: "99" }));
  const status = async (authorization: string) => {
    const headers = { authorization, apikey: stack().env.SUPABASE_PUBLISHABLE_KEY! };
    const request = { method: "POST", headers, body: JSON.stringify({ goals }) };
    return (await handle(new Request("http://functions/", request))).status;
  };
  const { token } = ava;
  for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR", "bearer  ", "Bearer      "]) {
    assertEquals(await status(`${scheme} ${token}`), 202, scheme);
  }
  assertEquals(
    await status(` \tbearer ${token}  `),
    202,
    "blanks around a header's value are not its",
  );
  const refused = [
    ...["", "Bearer", "bearer ", token, `Bearer${token}`, `bearer\t${token}`, `Bearer \t ${token}`],
    ...[`Basic ${token}`, `Token ${token}`, `"Bearer" ${token}`, `Bearer: ${token}`],
    ...[`Bearer ${token}, Bearer ${token}`, `Bearer ${token} ${token}`, `Bearer ${token},`],
    ...[`Bearer "${token}"`, `Bearer token=${token}`, `bearer bearer ${token}`],
  ];
  for (const value of refused) assertEquals(await status(value), 401, value.replace(token, "…"));
});

test("guests come with any publishable key of the project, whatever the keys are called", async () => {
  const { SUPABASE_PUBLISHABLE_KEY: apikey, SUPABASE_SECRET_KEY: secret } = stack().env;
  const ask = async (variables: Record<string, string | undefined>, headers: HeadersInit) => {
    const handle = createJob(stack().deps({ ALLOW_GUESTS: "true", ...variables }));
    const body = JSON.stringify({ goals, email: `${crypto.randomUUID()}@example.com` });
    return await handle(new Request("http://functions/", { method: "POST", headers, body }));
  };
  const rotated = {
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ mobile: "sb_publishable_other", web: apikey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ backend: secret }),
  };
  assertEquals((await ask(rotated, { apikey: apikey! })).status, 202);
  const asSupabaseJs = { apikey: apikey!, authorization: `bearer ${apikey}` };
  assertEquals((await ask(rotated, asSupabaseJs)).status, 202);

  const legacy = {
    ...{ SUPABASE_PUBLISHABLE_KEYS: undefined, SUPABASE_SECRET_KEYS: undefined },
    ...{ SUPABASE_PUBLISHABLE_KEY: undefined, SUPABASE_SECRET_KEY: undefined },
    ...{ SUPABASE_ANON_KEY: apikey, SUPABASE_SERVICE_ROLE_KEY: secret },
  };
  assertEquals((await ask(legacy, { apikey: apikey! })).status, 202, "no new keys");

  const lines = () => stack().log.filter(({ event }) => event === "key_refused").length;
  const before = lines();
  for (const key of ["sb_publishable_old", secret!, apikey!.slice(0, -1), "default", "*"]) {
    await refusal(await ask(rotated, { apikey: key }), 401, "unauthorized");
  }
  assertEquals(lines() - before, 5, "each refusal is a line of the log");
  await refusal(await ask(rotated, {}), 401, "unauthorized");
  assertEquals(lines() - before, 5, "nobody who sends no key is");
});

test("a soft-deleted account loses its boards, and its token creates nothing", async () => {
  const ava = await stack().person();
  const request = { goals, idempotency_key: crypto.randomUUID() };
  const { id } = await (await ava.create(request)).json();
  const { image_storage_path: path } = await stack().ended(id);
  assertEquals((await stack().service.auth.admin.deleteUser(ava.id, true)).error, null);
  for (const again of [{ goals }, request]) {
    const { message } = await refusal(await ava.create(again), 401, "unauthorized");
    assertEquals(message, "This account does not exist any more.");
  }
  await stack().sweep();
  assertEquals(await stack().read(id), undefined);
  await stack().sweep();
  assertEquals(await stack().hasObject(path!), false, "links to the board are dead");
});

test("browsers on any site may send a request", async () => {
  const preflight = await fetch(stack().functionUrl("create-job"), {
    method: "OPTIONS",
    headers: { origin: "https://app.example", "access-control-request-method": "POST" },
  });
  assertEquals(preflight.status, 204);
  const allowed = preflight.headers.get("access-control-allow-headers")!;
  for (const header of ["authorization", "apikey", "content-type", "idempotency-key", "x-region"]) {
    assert(allowed.includes(header), `${header} is not in ${allowed}`);
  }
});

test("a person has at most three boards in the making, and twenty a day", async () => {
  const ava = await stack().person();
  await stack().sql`
    insert into public.vision_board_jobs (user_id, goals, status, image_url, created_at)
    select ${ava.id}, '["a"]', 'complete', 'https://example.com/a.jpg',
      now() - interval '23 hours' - n * interval '1 second' from generate_series(1, 17) as n`;
  await ava.supabase.from("vision_board_jobs").delete().eq("user_id", ava.id);
  stack().functions.kill("process-job", "SIGSTOP"); // so that what is accepted stays active
  try {
    for (let i = 0; i < 3; i++) assertEquals((await ava.create({ goals })).status, 202);
    const fourth = await ava.create({ goals });
    await refusal(fourth, 429, "too_many_active_jobs");
    assertEquals(fourth.headers.get("retry-after"), "10");
    await stack().sql`
      update public.vision_board_jobs set status = 'failed', error_message = 'No luck.'
      where user_id = ${ava.id}`;
    const response = await ava.create({ goals });
    await refusal(response, 429, "daily_limit_reached");
    const seconds = Number(response.headers.get("retry-after"));
    assert(seconds > 3500 && seconds <= 3600, `Retry-After: ${seconds}`);
  } finally {
    stack().functions.kill("process-job", "SIGCONT");
  }
});

test("a guest's board waits for its owner, who gets it at sign-up", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const handle = createJob(stack().deps({ ALLOW_GUESTS: "true" }));
  const headers = { apikey: stack().env.SUPABASE_PUBLISHABLE_KEY! };
  const body = JSON.stringify({ goals, email: email.toUpperCase() });
  const url = stack().functionUrl("create-job");
  const response = await handle(new Request(url, { method: "POST", headers, body }));
  assertEquals(response.status, 202);
  const { id } = await response.json();
  const row = await stack().ended(id);
  assertEquals([row.status, row.user_id], ["complete", null]);

  const owner = await stack().person(email);
  const { data } = await owner.supabase.from("vision_board_jobs").select();
  assertEquals(data?.map((found) => found.id), [id]);
  const bucket = owner.supabase.storage.from("vision-boards");
  assert((await bucket.download(row.image_storage_path!)).data, "the board keeps its path");
});

/** readCreateRequest, with the value as JSON. */
const read = (value: unknown, options: { guest?: boolean; key?: string } = {}) =>
  readBody(
    JSON.stringify(value),
    options.guest,
    options.key ? { "idempotency-key": options.key } : {},
  );
const readBody = (body: BodyInit, guest = false, headers: Record<string, string> = {}) =>
  readCreateRequest(new Request("http://functions/", { method: "POST", body, headers }), guest);
async function refused(promise: Promise<unknown>): Promise<HttpError> {
  const error = await promise.then(() => undefined, (error) => error);
  assert(error instanceof HttpError, `not an HttpError: ${error}`);
  return error;
}
/** Where the request is wrong. */
const faults = async (...args: Parameters<typeof read>) =>
  (await refused(read(...args))).issues?.map(({ path }) => path).toSorted();

Deno.test("goals are trimmed, and everything optional has a default", async () => {
  const defaults = {
    name: null,
    rank_tag: null,
    theme: "light" as const,
    idempotency_key: null,
    email: null,
  };
  const expected = { goals: ["Run a marathon"], ...defaults };
  assertEquals(await read({ goals: ["  Run a marathon \n"] }), expected);
  const blank = { name: "  ", rank_tag: "", theme: null, idempotency_key: null };
  assertEquals(await read({ goals: ["Run a marathon"], ...blank }), expected);
});

Deno.test("goals and texts may be as long as the contract says, and no longer", async () => {
  const emoji = (count: number) => "🏃".repeat(count); // one character each
  const request = (more: number) => ({
    goals: ["a", emoji(LIMITS.goal + more)],
    name: emoji(LIMITS.name + more),
    rank_tag: emoji(LIMITS.rank_tag + more),
    idempotency_key: "k".repeat(LIMITS.idempotency_key + more),
  });
  assertEquals(await read(request(0)), { ...request(0), theme: "light", email: null });
  assertEquals(await faults(request(1)), ["goals.1", "idempotency_key", "name", "rank_tag"]);
  assertEquals((await read({ goals: Array(LIMITS.goals).fill("a") })).goals.length, LIMITS.goals);
  assertEquals(await faults({ goals: Array(LIMITS.goals + 1).fill("a") }), ["goals"]);
  assertEquals(await faults({ goals: [] }), ["goals"]);
});

Deno.test("every fault is named at once, with where it is and what to do", async () => {
  const wrong = { goals: ["", 5, "fine"], theme: "pink", name: 7, rank_tag: {} };
  const error = await refused(read(wrong));
  assertEquals([error.status, error.code], [400, "validation_failed"]);
  assertEquals(error.issues?.find(({ path }) => path === "goals.0"), {
    path: "goals.0",
    message: "A goal cannot be empty.",
  });
  assertEquals(await faults(wrong), ["goals.0", "goals.1", "name", "rank_tag", "theme"]);
  assert(error.issues?.every(({ message }) => message.endsWith(".")));
});

Deno.test("a body that is not an object is refused, whatever it is", async () => {
  for (const value of [null, 1, "x", [], true]) {
    for (const guest of [false, true]) {
      assertEquals((await refused(read(value, { guest }))).code, "validation_failed");
    }
  }
});

Deno.test("characters that the database cannot store are left out", async () => {
  const { goals } = await read({ goals: ["Sleep\u0000 more\u0007 \ud83c", "🌊 sea"] });
  assertEquals(goals, ["Sleep more", "🌊 sea"]);
  assertEquals(await faults({ goals: ["\u0000\ud83c"] }), ["goals.0"]);
});

/** Texts of which nothing can be seen. */
const invisible = [
  ..."\u3164\u200b\u2060\u2800\u200e\u200f\ufe0f\u00ad\u0085\u115f\u1160\uffa0\u17b4\u17b5\u180e\u034f",
  ..."\u200c\u200d\u061c\u2066\u2069\u202e\u2063\ufeff\ufff9\ufffc\uf0b7\ue000\uffff\u0378\u206a\u3000",
  // marks without a letter
  ..."\u0301\u0488\u20e3\u0327\u064b\u0947\u093e\u0e31\u3099\u{1d165}\u{16fe4}",
  // tags, variation selectors, private use, unassigned, skin tones, blank hieroglyphs, a headless note
  ..."\u{e0041}\u{e007f}\u{e0100}\u{f0000}\u{10fffd}\u{e0fff}\u{1f3fb}\u{1f3ff}\u{13441}\u{1d159}",
  ...["\u3164\u3164", "\u200b \u2060\n\u00ad", "\u2066\u2069", "\u200d\ufe0f", " \u0301\u0302 "],
];

Deno.test("a goal of which nothing can be seen is empty, and so are a name and a tag", async () => {
  for (const text of invisible) {
    const what = [...text].map((character) => character.codePointAt(0)!.toString(16)).join(" ");
    const error = await refused(read({ goals: ["Run", text] }));
    const message = "A goal cannot be empty.";
    assertEquals([error.status, error.issues], [400, [{ path: "goals.1", message }]], what);
    const { name, rank_tag } = await read({ goals: ["Run"], name: text, rank_tag: `${text} ` });
    assertEquals([name, rank_tag], [null, null], what);
  }
});

Deno.test("what cannot be seen by itself stays in a text that can be seen", async () => {
  const goals = [
    ...["👩‍👩‍👧‍👦", "🏴\u{e0067}\u{e0062}\u{e007f}", "❤️", "👍🏽", "1️⃣", "🇺🇦"],
    ...[
      "می\u200cخواهم",
      "क्\u200dष",
      "e\u0301",
      "र\u093e",
      "co\u00adoperate",
      "a\u200b",
      "\u200fشكرا",
    ],
    ...["\u{1faff}", "x", "1", "!", "—", "=", "$", "¨", "ㄱ", "☐", "\ufffd", "\u2801", "ー", "𐌀"],
  ];
  for (const goal of goals) {
    const texts = { goals: [goal], name: goal, rank_tag: goal };
    const { goals: [read1], name, rank_tag } = await read(texts);
    assertEquals([read1, name, rank_tag], [goal, goal, goal]);
  }
});

Deno.test("the idempotency key comes in the body or the header, and both must agree", async () => {
  const both = { goals: ["a"], idempotency_key: "k1" };
  assertEquals((await read(both)).idempotency_key, "k1");
  assertEquals((await read({ goals: ["a"] }, { key: "k1" })).idempotency_key, "k1");
  assertEquals((await read(both, { key: "k1" })).idempotency_key, "k1");
  assertEquals(await faults(both, { key: "k2" }), ["idempotency_key"]);
  for (const key of ["", "two words", "é", 7]) {
    assertEquals(await faults({ goals: ["a"], idempotency_key: key }), ["idempotency_key"]);
  }
});

Deno.test("an email counts for guests only, who must give a real one", async () => {
  const email = "Ava@Example.com";
  assertEquals((await read({ goals: ["a"], email })).email, null);
  assertEquals((await read({ goals: ["a"], email: 5 })).email, null);
  assertEquals((await read({ goals: ["a"], email: ` ${email} ` }, { guest: true })).email, email);
  for (const bad of [undefined, null, "", "ava", "ava@", `${"a".repeat(LIMITS.email)}@b.co`]) {
    assertEquals((await faults({ goals: ["a"], email: bad }, { guest: true }))?.[0], "email");
  }
});

Deno.test("a guest may have any address that Supabase Auth takes, and no other", async () => {
  const label = "d".repeat(63);
  const good = [
    ...[
      "ava@xn--e1afmkfd.xn--p1ai",
      "ava@xn--bcher-kva.example",
      "a&b@example.com",
      "a/b@example.com",
    ],
    ...[
      "o'brien@example.com",
      "ava+boards@example.com",
      "{a}|b~c`d^e@example.com",
      "!#$%*=?_-@example.com",
    ],
    ...[
      "ava@localhost",
      "a.@example.com",
      ".a@example.com",
      "a..b@example.com",
      "1@1.1",
      "AVA@EXAMPLE.COM",
    ],
    ...[`a@${label}.${label}.com`, `${"a".repeat(LIMITS.email - 5)}@b.co`],
  ];
  for (const email of good) {
    assertEquals((await read({ goals: ["a"], email }, { guest: true })).email, email);
  }
  const bad = [
    ...[
      "ava@пример.рф",
      "áva@example.com",
      "ava@bücher.example",
      '"a b"@example.com',
      '"ava"@example.com',
    ],
    ...["a b@example.com", "ava@exam ple.com", "ava@[127.0.0.1]", "ava@example.com.", "ava@-a.com"],
    ...[
      "ava@a-.com",
      "ava@a..com",
      "ava@@b.com",
      "a@b@c.com",
      "ava@ex_ample.com",
      `a@${label}d.com`,
    ],
    ...["a\r\nBcc: b@example.com", "ava@example.com\r\nBcc: b@example.com", "ava@example.com\n\nb"],
    ...["a\u0000@example.com", "a\u007f@example.com", "a\u200b@example.com", "a@example.com\u0000"],
    ...[
      "Ava <ava@example.com>",
      "a@example.com,b@example.com",
      "a;b@example.com",
      "a:b@example.com",
    ],
    ...[
      "a\\b@example.com",
      "(a)b@example.com",
      "@example.com",
      `${"a".repeat(LIMITS.email - 4)}@b.co`,
    ],
  ];
  for (const email of bad) {
    assertEquals(await faults({ goals: ["a"], email }, { guest: true }), ["email"], email);
  }
});

Deno.test("a body that is not JSON in UTF-8, or breaks off, is invalid_json", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"goals":["a"]}'));
      controller.error(new Error("connection lost"));
    },
  });
  const notUtf8 = new Uint8Array([0x7b, 0xff, 0x7d]);
  for (const body of ["", "{", "goals=a", "[1,]", "[".repeat(10_000), notUtf8, broken]) {
    assertEquals((await refused(readBody(body))).code, "invalid_json");
  }
});

Deno.test("a body of more than 16 KiB is refused and not read to its end", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(1024).fill(0x20));
      sent += 1024;
    },
  });
  const error = await refused(readBody(endless));
  assertEquals([error.status, error.code], [413, "body_too_large"]);
  assert(sent < 64 * 1024, `${sent} bytes were taken`);

  const exactly = JSON.stringify({ goals: ["a"] }).padEnd(16 * 1024);
  assertEquals((await readBody(exactly)).goals, ["a"]);
  assertEquals((await refused(readBody(`${exactly} `))).status, 413);
});
