import { assert, assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { readConfig } from "../../supabase/functions/_shared/config.ts";
import { qstashQueue } from "../../supabase/functions/_shared/qstash/publish.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { test, until, useStack } from "../support/test_stack.ts";

// QSTASH_DEV would make the SDK publish to a server of its own; it must have no effect
const stack = useStack({ functionsEnv: { QSTASH_DEV: "true" } });
const goals = ["Run a marathon", "Learn Spanish"];

/** The contract's error: status, `{ code, message }`, CORS. Returns the body. */
async function refusal(response: Response, status: number, code: string) {
  const body = await response.json();
  assertEquals([response.status, body.code], [status, code]);
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  assertMatch(response.headers.get("content-type")!, /application\/json/);
  assert(typeof body.message === "string" && body.message.length > 0);
  return body;
}

test("a signed-in person's request becomes a durable row of theirs, and soon a board", async () => {
  const ava = await stack().person();
  const response = await ava.create({ goals, name: " Ava ", rank_tag: "@ava", theme: "dark" });
  assertEquals(response.status, 202);
  const job = await response.json();
  assertEquals(Object.keys(job).sort(), ["created_at", "expires_at", "id", "status"]);
  assertEquals(job.status, "pending");
  const days = (Date.parse(job.expires_at) - Date.parse(job.created_at)) / 86_400_000;
  assertEquals(days, 30);

  const done = await until(async () => {
    const { data } = await ava.supabase.from("vision_board_jobs").select().eq("id", job.id)
      .single();
    return data?.status === "complete" && data;
  });
  assertEquals([done.user_id, done.email, done.name, done.rank_tag, done.theme, done.goals], [
    ava.id,
    ava.email,
    "Ava",
    "@ava",
    "dark",
    goals,
  ]);
  assertEquals([done.attempts, done.dispatch_count], [1, 1]);
  assertEquals(done.image_storage_path?.split("/")[0], job.id);
  assert(done.started_at! <= done.finished_at!);

  const picture = await fetch(done.image_url!);
  assertEquals(picture.headers.get("content-type"), "image/jpeg");
  assertEquals([...(await picture.bytes()).slice(0, 3)], [0xff, 0xd8, 0xff]);
});

test("the email comes from the token, never from the body", async () => {
  const ava = await stack().person();
  const { id } = await (await ava.create({
    goals,
    email: "victim@example.com",
    user_id: crypto.randomUUID(),
    status: "complete",
  })).json();
  const row = await stack().read(id);
  assertEquals([row?.email, row?.user_id], [ava.email, ava.id]);
});

test("QStash gets the job's id, how to deliver it, and nothing personal", async () => {
  const ava = await stack().person();
  stack().functions.kill("process-job", "SIGSTOP"); // so that the message is still there to be looked at
  try {
    const { id } = await (await ava.create({ goals })).json();
    const row = (await stack().read(id))!;
    const answer = await fetch(`${stack().env.QSTASH_URL}/v2/messages/${row.qstash_message_id}`, {
      headers: { authorization: `Bearer ${stack().env.QSTASH_TOKEN}` },
    });
    const text = await answer.text();
    const message = JSON.parse(text);
    assertObjectMatch(message, {
      url: stack().functionUrl("process-job"),
      body: JSON.stringify({ job_id: id }),
      maxRetries: 3,
      retryDelayExpression: "10000 * pow(3, retried)",
      failureCallback: stack().functionUrl("fail-job"),
      label: "vision-board",
      flowControlKey: "vision-board",
      parallelism: 5,
    });
    assertEquals(message.header["Vision-Board-Dispatch"], ["1"]);
    const again = await qstashQueue(readConfig(stack().deps()), timing).publish(id, 1);
    assertEquals(again, row.qstash_message_id, "the same dispatch is the same message");
    assert(timing.attempt < timing.delivery && timing.delivery < timing.lease);
    for (const secret of [ava.email, ava.id, "marathon", stack().env.SUPABASE_SECRET_KEY]) {
      assert(!text.includes(secret), `QStash was told ${secret}`);
    }
  } finally {
    stack().functions.kill("process-job", "SIGCONT");
  }
});

test("the same key and request again gives the same job, however far it is", async () => {
  const ava = await stack().person();
  const request = { goals, idempotency_key: crypto.randomUUID() };
  const first = await ava.create(request);
  assertEquals(first.headers.get("idempotent-replayed"), null);
  const job = await first.json();
  await until(async () => (await stack().read(job.id))?.status === "complete");

  const again = await ava.create({ ...request, goals: goals.map((goal) => ` ${goal}`) });
  assertEquals([again.status, again.headers.get("idempotent-replayed")], [202, "true"]);
  assertEquals(await again.json(), job);

  const byHeader = await ava.create({ goals }, { "idempotency-key": request.idempotency_key });
  assertEquals((await byHeader.json()).id, job.id);
});

test("twenty simultaneous requests with one key make one job", async () => {
  const ava = await stack().person();
  const request = { goals, idempotency_key: crypto.randomUUID() };
  const responses = await Promise.all(Array.from({ length: 20 }, () => ava.create(request)));
  const bodies = await Promise.all(responses.map((response) => response.json()));
  assertEquals(new Set(bodies.map((body) => body.id)).size, 1);
  assertEquals(responses.filter((r) => r.headers.get("idempotent-replayed") === "true").length, 19);
});

test("the same key with a different request is refused", async () => {
  const ava = await stack().person();
  const idempotency_key = crypto.randomUUID();
  assertEquals((await ava.create({ goals, idempotency_key })).status, 202);
  for (const other of [{ goals: ["Sleep"] }, { goals, name: "Ava" }, { goals, theme: "dark" }]) {
    await refusal(await ava.create({ ...other, idempotency_key }), 422, "idempotency_key_reused");
  }
});

test("somebody else's key is nobody's business", async () => {
  const [ava, ben] = [await stack().person(), await stack().person()];
  const idempotency_key = crypto.randomUUID();
  const hers = await (await ava.create({ goals, idempotency_key })).json();
  const his = await ben.create({ goals, idempotency_key });
  assertEquals([his.status, his.headers.get("idempotent-replayed")], [202, null]);
  assert((await his.json()).id !== hers.id);
});

test("of twenty simultaneous requests against a limit of three, three are accepted", async () => {
  const ava = await stack().person();
  stack().functions.kill("process-job", "SIGSTOP"); // so that the accepted ones stay active
  try {
    const responses = await Promise.all(Array.from({ length: 20 }, () => ava.create({ goals })));
    assertEquals(responses.filter((response) => response.status === 202).length, 3);
    const refused = responses.filter((response) => response.status !== 202);
    for (const response of refused) {
      await refusal(response, 429, "too_many_active_jobs");
      assert(Number(response.headers.get("retry-after")) > 0);
    }
    assertEquals(
      (await stack().sql`select from public.vision_board_jobs where user_id = ${ava.id}`).length,
      3,
    );
  } finally {
    stack().functions.kill("process-job", "SIGCONT");
  }
});

test("twenty boards a day is the limit, deleted ones included, and Retry-After says when", async () => {
  const ava = await stack().person();
  await stack().sql`
    insert into public.vision_board_jobs (user_id, goals, status, image_url, created_at)
    select ${ava.id}, '["a"]', 'complete', 'https://example.com/a.jpg', now() - interval '23 hours' - n * interval '1 second'
    from generate_series(1, 20) as n`;
  await ava.supabase.from("vision_board_jobs").delete().eq("user_id", ava.id);
  const response = await ava.create({ goals });
  await refusal(response, 429, "daily_limit_reached");
  const seconds = Number(response.headers.get("retry-after"));
  assert(seconds > 3500 && seconds <= 3600, `Retry-After: ${seconds}`);

  await stack()
    .sql`update vision_board.requests set created_at = created_at - interval '1 hour' where requester = ${`user:${ava.id}`}`;
  assertEquals((await ava.create({ goals })).status, 202);
});

test("a fault in the request is named, and leaves no row", async () => {
  const ava = await stack().person();
  const body = await refusal(await ava.create({ goals: ["", "ok"] }), 400, "validation_failed");
  assertEquals(body.issues, [{ path: "goals.0", message: "A goal cannot be empty." }]);
  const headers = {
    authorization: `Bearer ${ava.token}`,
    apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
  };
  await refusal(await stack().post("create-job", "{", headers), 400, "invalid_json");
  const large = await stack().post("create-job", "x".repeat(16 * 1024 + 1), headers);
  await refusal(large, 413, "body_too_large");
  assertEquals(
    (await stack().sql`select from public.vision_board_jobs where user_id = ${ava.id}`).length,
    0,
  );
});

test("ten megabytes of junk are refused at once", async () => {
  const ava = await stack().person();
  const response = await ava.create("x".repeat(10 * 1024 * 1024));
  await refusal(response, 413, "body_too_large");
});

test("without a valid session there is no job", async () => {
  const { SUPABASE_PUBLISHABLE_KEY: apikey, SUPABASE_SECRET_KEY } = stack().env;
  const ava = await stack().person();
  const none = btoa(JSON.stringify({ alg: "none", typ: "JWT" })).replaceAll("=", "");
  const credentials: Record<string, string>[] = [
    {},
    { apikey },
    { apikey, authorization: `Bearer ${apikey}` },
    { apikey, authorization: "Bearer not.a.token" },
    { apikey, authorization: `Bearer ${none}.${ava.token.split(".")[1]}.` },
    { apikey, authorization: `Bearer ${ava.token.slice(0, -6)}AAAAAA` },
    { apikey: SUPABASE_SECRET_KEY },
  ];
  for (const headers of credentials) {
    const response = await stack().post("create-job", JSON.stringify({ goals }), headers);
    await refusal(response, 401, "unauthorized");
  }
  // an operator sees that tokens are refused: a project without asymmetric keys refuses all of them
  await until(() =>
    stack().log.some(({ event, code }) => event === "token_refused" && code === "INVALID_JWT")
  );
});

test("a token that outlived its account is refused", async () => {
  const ava = await stack().person();
  await stack().sql`delete from auth.users where id = ${ava.id}`;
  await refusal(await ava.create({ goals }), 401, "unauthorized");
});

test("only POST is allowed, and browsers from everywhere may ask", async () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
    await refusal(
      await fetch(stack().functionUrl("create-job"), { method }),
      405,
      "method_not_allowed",
    );
  }
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

test("supabase-js reads the answer and the errors as they are", async () => {
  const ava = await stack().person();
  const good = await ava.supabase.functions.invoke("create-job", { body: { goals } });
  assertEquals([good.error, good.data.status], [null, "pending"]);
  const bad = await ava.supabase.functions.invoke("create-job", { body: { goals: [] } });
  assertEquals((await bad.error.context.json()).code, "validation_failed");
});

test("when the database cannot be reached, the answer is 503 and says when to try again", async () => {
  const ava = await stack().person();
  const jwks = await (await fetch(`${stack().env.SUPABASE_URL}/auth/v1/.well-known/jwks.json`))
    .text();
  const unreachable = createJob(
    stack().deps({ SUPABASE_URL: "http://127.0.0.1:9", SUPABASE_JWKS: jwks }),
  );
  const response = await unreachable(
    new Request("http://functions/create-job", {
      method: "POST",
      headers: { authorization: `Bearer ${ava.token}` },
      body: JSON.stringify({ goals }),
    }),
  );
  await refusal(response, 503, "unavailable");
  assert(Number(response.headers.get("retry-after")) > 0);
});

test("the log tells what happened to which job, and nothing about the person", async () => {
  const ava = await stack().person();
  const { id } = await (await ava.create({ goals: ["A very private wish"], name: "Secret Name" }))
    .json();
  await until(() =>
    stack().log.find((entry) => entry.event === "job_completed" && entry.job_id === id)
  );
  const events = stack().log.filter((entry) => entry.job_id === id).map((entry) => entry.event);
  assertEquals(events.toSorted(), [
    "board_drawn",
    "job_claimed",
    "job_completed",
    "job_created",
    "job_dispatched",
  ]);
  const everything = stack().raw.join("\n");
  for (
    const secret of [
      ava.email,
      "private wish",
      "Secret Name",
      ava.token,
      stack().env.SUPABASE_SECRET_KEY,
      stack().env.QSTASH_TOKEN,
    ]
  ) {
    assert(!everything.includes(secret), `the log has ${secret}`);
  }
});
