/** What QStash, PostgREST, Storage and the drawing give back, each at its worst. */
import { assert, assertEquals } from "@std/assert";
import type { Board } from "../../supabase/functions/_board/mod.ts";
import type { Deps } from "../../supabase/functions/_shared/deps.ts";
import { StorageError } from "../../supabase/functions/_shared/errors.ts";
import { timing, within } from "../../supabase/functions/_shared/timing.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { failJob } from "../../supabase/functions/fail-job/handler.ts";
import { processJob } from "../../supabase/functions/process-job/handler.ts";
import { sweepJobs } from "../../supabase/functions/sweep-jobs/handler.ts";
import { assertContract, refusal } from "../support/refusal.ts";
import { badAnswers, foreign, startFakeServer } from "../support/fake_server.ts";
import { type Person, test, useStack } from "../support/test_stack.ts";

const qstash = startFakeServer(() => Response.json({ messageId: "msg_fake" }));
const supabase = startFakeServer(() => new Response(null, { status: 500 }));
/** Where the others redirect to. */
const elsewhere = startFakeServer(() => Response.json({ messageId: "msg_elsewhere" }));
Deno.test.afterAll(async () => {
  for (const server of [qstash, supabase, elsewhere]) await server.stop();
});
const stack = useStack();

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const drawBoard = () => Promise.resolve({ bytes: jpeg, missing: 0 } as Board);
const redirect = () =>
  new Response(null, { status: 307, headers: { location: `${elsewhere.url}/${foreign}` } });

/** A function's deps. What it asks of Supabase under `path`, the fake one answers. */
function depsWith(path = "nothing"): Deps {
  return {
    ...stack().deps({
      QSTASH_URL: qstash.url,
      MAX_ACTIVE_JOBS: "99999",
      MAX_DAILY_JOBS: "99999",
    }),
    timing: { ...timing, call: 0.5, attempt: 1.5, publish: 0.5 },
    fetch: (input, init) =>
      String(input).includes(path) ? fetch(supabase.url, init) : fetch(input, init),
  };
}
const processWith = (path: string) => processJob({ ...depsWith(path), drawBoard });

const create = (deps: Deps, { token }: Person) =>
  within(
    10,
    createJob(deps)(
      new Request(stack().functionUrl("create-job"), {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ goals: ["Learn to swim"] }),
      }),
    ),
  );
const deliverTo = (...args: Parameters<ReturnType<typeof stack>["deliverTo"]>) =>
  within(10, stack().deliverTo(...args));

/** The answer's text. Fails if something foreign is in it, or was logged while `run` ran. */
async function answerOf(what: string, run: () => Promise<Response>): Promise<[Response, string]> {
  const logged = stack().log.length;
  const response = await run();
  const text = await response.clone().text();
  assert(!text.includes(foreign), `${what}: the answer shows it`);
  assert(!JSON.stringify(stack().log.slice(logged)).includes(foreign), `${what}: the log shows it`);
  return [response, text];
}

test("whatever QStash answers, the person gets a 202 and the job waits for the sweep", async () => {
  const ava = await stack().person();
  const id = (messageId: unknown) => () => Response.json({ messageId });
  const location = "not a url://";
  const answers: Record<string, () => Response> = {
    ...badAnswers,
    "a redirect to nowhere": () => new Response(null, { status: 307, headers: { location } }),
    "an id that Postgres cannot store": id("msg_\u0000"),
    "an id of 1 MB": id("x".repeat(1_000_000)),
    "an id of two lines": id(`msg_\n${foreign}\u0007`),
    "an id that is half a character": id("\ud800"),
    "an id that is empty": id(""),
    "an id that is null": id(null),
    "an id that is a number": id(7),
    "an id that is a list": id([foreign]),
    "an id that is an object": id({ a: foreign }),
  };
  for (const [what, answer] of Object.entries(answers)) {
    qstash.answer = answer;
    const [response, text] = await answerOf(what, () => create(depsWith(), ava));
    assertEquals([what, response.status], [what, 202]);
    const job = JSON.parse(text);
    assertEquals(Object.keys(job).toSorted(), ["created_at", "expires_at", "id", "status"]);
    const events = stack().log.filter((entry) => entry.job_id === job.id).map(({ event }) => event);
    assertEquals([what, ...events], [what, "job_created", "dispatch_failed"]);
    const row = (await stack().read(job.id))!;
    assertEquals(
      [what, row.status, row.dispatched_at, row.dispatch_count, row.qstash_message_id],
      [what, "pending", null, 0, null],
    );
  }
  qstash.answer = () => undefined;
});

test("if QStash redirects, its token does not go there, and nothing but the job's id", async () => {
  qstash.answer = redirect;
  const response = await create(depsWith(), await stack().person());
  qstash.answer = () => undefined;
  const { id } = await response.json();
  assertEquals([response.status, (await stack().read(id))?.status], [202, "pending"]);
  for (const { headers, body } of elsewhere.requests) {
    assertEquals(headers.get("authorization"), null);
    assertEquals(JSON.parse(body || "{}"), { job_id: id });
  }
});

test("if Supabase redirects, nobody follows with the secret key and the goals", async () => {
  const { id } = await stack().row();
  supabase.answer = redirect;
  elsewhere.requests.length = 0;
  for (const path of ["/rest/v1", "/storage/v1"]) {
    await deliverTo(processWith(path), "process-job", { job_id: id });
    assertEquals([path, elsewhere.requests.length], [path, 0]);
  }
});

test("when the database's API answers nonsense, create-job says so in words and makes nothing", async () => {
  const ava = await stack().person();
  const published = qstash.requests.length;
  for (const [what, answer] of Object.entries(badAnswers)) {
    supabase.answer = answer;
    const [response, text] = await answerOf(what, () => create(depsWith("/rest/v1"), ava));
    const unavailable = response.status === 503;
    assert(unavailable || response.status === 500, `${what}: ${response.status}`);
    const { code } = assertContract(response.headers, text, what);
    assertEquals([what, code], [what, unavailable ? "unavailable" : "internal_error"]);
    assertEquals(response.headers.has("retry-after"), unavailable, what);
  }
  assertEquals(qstash.requests.length, published, "nothing was handed to QStash");
  const rows = await stack().sql`select from public.vision_board_jobs where user_id = ${ava.id}`;
  assertEquals(rows.length, 0);
});

test("when the database's API answers nonsense, QStash tries again and the row stays as it is", async () => {
  const { id } = await stack().row();
  const row = await stack().read(id);
  const deps = depsWith("/rest/v1");
  const functions: [string, (req: Request) => Promise<Response>, unknown][] = [
    ["process-job", processWith("/rest/v1"), { job_id: id }],
    ["fail-job", failJob(deps), { sourceBody: btoa(JSON.stringify({ job_id: id })) }],
    ["sweep-jobs", sweepJobs(deps), {}],
  ];
  for (const [fn, handle, body] of functions) {
    for (const [what, answer] of Object.entries(badAnswers)) {
      // for the sweep this is an answer: nothing is to be done
      if (fn === "sweep-jobs" && what === "200 with an empty list") continue;
      supabase.answer = answer;
      const [response] = await answerOf(what, () => deliverTo(handle, fn, body));
      await refusal(response, 500, "database_failed", `${fn}, ${what}`);
      assertEquals(await stack().read(id), row, `${fn}, ${what}`);
    }
  }
});

test("when Storage fails or makes no sense, the attempt fails and the job waits for the next", async () => {
  for (const path of ["/object/vision-boards", "/object/sign"]) {
    for (const [what, answer] of Object.entries(badAnswers)) {
      // an upload that only seems to be one shows when its link is signed
      if (path === "/object/vision-boards" && /^20[01] with (a|an|null)\b/.test(what)) continue;
      supabase.answer = answer;
      const { id } = await stack().row();
      const [response] = await answerOf(
        what,
        () => deliverTo(processWith(path), "process-job", { job_id: id }),
      );
      // a key that is refused will be refused again
      const ended = what === "401 in JSON";
      const [status, code] = ended
        ? [489, "misconfigured"] as const
        : [500, "attempt_failed"] as const;
      await refusal(response, status, code, `${path}, ${what}`);
      const row = (await stack().read(id))!;
      const expected = [ended ? "failed" : "pending", null, null];
      assertEquals([row.status, row.lease_token, row.image_url], expected, what);
    }
  }
});

test("whatever Storage says a link is, it leads to the project's own address or is refused", async () => {
  const sound = "/object/sign/vision-boards/x.jpg?token=a";
  const links: unknown[] = [
    sound,
    ...[undefined, 7, "not a url", "/object/sign/x?token=a"],
    ...[`@elsewhere.example/storage/v1${sound}`, `https://elsewhere.example/storage/v1${sound}`],
    ...["@elsewhere.example", "//elsewhere.example/x", "https://elsewhere.example/x"],
    ...["\\\\elsewhere.example\\x", ".elsewhere.example/x", ":80@elsewhere.example/"],
    "javascript:alert(1)",
  ];
  for (const signedURL of links) {
    supabase.answer = () => Response.json({ signedURL });
    const { id } = await stack().row();
    const response = await deliverTo(processWith("/object/sign"), "process-job", { job_id: id });
    const { image_url } = (await stack().read(id))!;
    assertEquals([signedURL, response.status], [signedURL, image_url === null ? 500 : 200]);
    if (signedURL === sound) assert(image_url, "this one is good");
    if (image_url) assertEquals(new URL(image_url).origin, stack().env.SUPABASE_URL);
  }
});

test("a failure callback about nonsense is acknowledged and changes nothing", async () => {
  const { id } = await stack().row();
  const row = await stack().read(id);
  const of = (message: unknown) => btoa(JSON.stringify(message));
  const bodies: unknown[] = ["", "{", [], {}];
  for (
    const message of [null, [], {}, foreign, { job_id: [id] }, { JOB_ID: id }, [{ job_id: id }]]
  ) {
    bodies.push({ sourceBody: of(message) });
  }
  for (
    const job_id of ["7", "*", `${id}\u0000`, `{${id}}`, id.replaceAll("-", ""), `${id}' or 1--`]
  ) {
    bodies.push({ sourceBody: of({ job_id }) });
  }
  for (const sourceBody of [null, 7, {}, true, "?", "====", foreign, "a".repeat(1_000_000)]) {
    bodies.push({ sourceBody });
  }
  bodies.push(
    { sourceBody: of(of({ job_id: id })) },
    { sourceBody: btoa("[".repeat(100_000)) },
    { sourceBody: btoa("\u00ff\u00fe\u0000") },
    { sourceBody: `data:application/json;base64,${of({ job_id: id })}` },
    ...[7, {}, ["msg_1"], null].map((sourceMessageId) => ({
      sourceBody: of({ job_id: id }),
      sourceMessageId,
    })),
  );
  for (const [i, body] of bodies.entries()) {
    const [response, text] = await answerOf("callback", () => stack().deliver("fail-job", body));
    assertEquals([i, response.status, JSON.parse(text).status], [i, 200, "ignored"]);
  }
  assertEquals(await stack().read(id), row);
});

test("whatever the drawing throws, the attempt fails and its text stays inside", async () => {
  const thrown: unknown[] = [
    new Error(`${foreign}: Learn to swim`),
    new Error("no", { cause: new Error(foreign) }),
    Object.assign(new Error(foreign), { body: foreign, status: 402 }),
    new StorageError(foreign, { status: 400 }),
    { message: foreign, stack: foreign },
    ...[foreign, null, undefined],
  ];
  for (const error of thrown) {
    const { id } = await stack().row();
    const handle = processJob({ ...depsWith(), drawBoard: () => Promise.reject(error) });
    const [response] = await answerOf(
      String(error),
      () => deliverTo(handle, "process-job", { job_id: id }),
    );
    await refusal(response, 500, "attempt_failed", String(error));
    assertEquals((await stack().read(id))!.status, "pending");
  }
});

test("an error that nobody foresaw is an internal_error, and its text stays inside", async () => {
  const ava = await stack().person();
  for (const error of [new TypeError(foreign), foreign, undefined]) {
    const queue = () => {
      throw error;
    };
    const [response] = await answerOf(
      String(error),
      () => create({ ...depsWith(), queue }, ava),
    );
    await refusal(response, 500, "internal_error", String(error));
  }
});

test("what is too large, empty or no JPEG is not stored", async () => {
  const large = new Uint8Array(11 * 1024 * 1024);
  large.set(jpeg);
  const drawn: Record<string, unknown> = {
    "11 MB": { bytes: large, missing: 0 },
    "an empty file": { bytes: new Uint8Array(), missing: 0 },
    "a page": { bytes: new TextEncoder().encode("<script>alert(1)</script>"), missing: 0 },
    "no bytes": { missing: 0 },
    "nothing": undefined,
  };
  for (const [what, board] of Object.entries(drawn)) {
    const { id } = await stack().row();
    const handle = processJob({ ...depsWith(), drawBoard: () => Promise.resolve(board as Board) });
    const response = await deliverTo(handle, "process-job", { job_id: id });
    const ended = what === "11 MB"; // the bucket will not take it the next time either
    const [status, code] = ended
      ? [489, "misconfigured"] as const
      : [500, "attempt_failed"] as const;
    await refusal(response, status, code, what);
    const row = (await stack().read(id))!;
    assertEquals([row.status, row.image_url], [ended ? "failed" : "pending", null], what);
    const objects = await stack().sql`
      select from storage.objects where name like ${`${id}/%`}`;
    assertEquals(objects.length, 0, what);
  }
});
