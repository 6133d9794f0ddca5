/** What others send back: QStash, PostgREST, Storage and the painter, each at its worst. */
import { assert, assertEquals } from "@std/assert";
import { StorageError } from "../../supabase/functions/_shared/board_store.ts";
import { within } from "../../supabase/functions/_shared/timing.ts";
import type { Deps } from "../../supabase/functions/_shared/deps.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { failJob } from "../../supabase/functions/fail-job/handler.ts";
import { type Draw, processJob } from "../../supabase/functions/process-job/handler.ts";
import { sweepJobs } from "../../supabase/functions/sweep-jobs/handler.ts";
import { shortTiming } from "../faults/functions/_shared/short_timing.ts";
import { assertContract, refusal } from "../support/contract.ts";
import { type Entry, test, until, useStack } from "../support/test_stack.ts";
import { absurd, foreign, startOutside } from "./outside.ts";

const queue = startOutside(() => Promise.resolve(Response.json({ messageId: "msg_outside" })));
const elsewhere = startOutside(() =>
  Promise.resolve(Response.json({ messageId: "msg_elsewhere" }))
);
/** Passes everything on to the stack, but what `answer` answers. */
const supabase = startOutside(async (request, body) => {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of ["host", "content-length"]) headers.delete(name);
  const response = await fetch(`${stack().env.SUPABASE_URL}${pathname}${search}`, {
    method: request.method,
    headers,
    ...(body !== "" && { body }),
  });
  return new Response(response.body, response);
});
Deno.test.afterAll(async () => {
  for (const server of [queue, elsewhere, supabase]) await server.stop();
});

// an answer that never ends costs one second, not five
const stack = useStack({
  functions: new URL("../faults/functions", import.meta.url).pathname,
  functionsEnv: { QSTASH_URL: queue.url, MAX_ACTIVE_JOBS: "99999", MAX_DAILY_JOBS: "99999" },
});

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const picture: Draw = () => Promise.resolve({ bytes: jpeg, contentType: "image/jpeg", missing: 0 });
const redirect = () =>
  new Response(null, { status: 307, headers: { location: `${elsewhere.url}/${foreign}` } });

/** A function in this process whose Supabase is the one above. */
async function world(): Promise<Deps> {
  const keys = `${stack().env.SUPABASE_URL}/auth/v1/.well-known/jwks.json`;
  const changes = {
    SUPABASE_URL: supabase.url,
    SUPABASE_JWKS: await (await fetch(keys)).text(),
    FUNCTIONS_URL: `${stack().env.SUPABASE_URL}/functions/v1`,
    QSTASH_URL: queue.url,
    MAX_ACTIVE_JOBS: "99999",
    MAX_DAILY_JOBS: "99999",
  };
  return { ...stack().deps(changes), timing: { ...shortTiming, call: 0.5, attempt: 1.5 } };
}

/** What `supabase` answers under this path, while `run` runs. */
async function whileAnswering<T>(path: string, answer: () => Response, run: () => Promise<T>) {
  supabase.answer = (request) =>
    new URL(request.url).pathname.startsWith(path) ? answer() : undefined;
  try {
    return await within(10, run());
  } finally {
    supabase.answer = () => undefined;
  }
}

/** Fails if something of a foreign answer is in the text or in the log since then. */
function nothingForeign(what: string, text: string, since: number) {
  assert(!text.includes(foreign), `${what}: the answer shows it`);
  assert(!JSON.stringify(stack().log.slice(since)).includes(foreign), `${what}: the log shows it`);
}

const createdBy = async (
  answers: Record<string, () => Response>,
  look: (
    what: string,
    response: Response,
    row: Awaited<ReturnType<ReturnType<typeof stack>["read"]>>,
    event: Entry,
  ) => void,
) => {
  const ava = await stack().person();
  for (const [what, answer] of Object.entries(answers)) {
    queue.answer = answer;
    const since = stack().log.length;
    const response = await ava.create({ goals: ["Learn to swim"] });
    const text = await response.text();
    const { id } = JSON.parse(text);
    const event = await until(() =>
      stack().log.find((entry) => entry.job_id === id && /dispatch/.test(entry.event))
    );
    queue.answer = () => undefined;
    assertEquals(Object.keys(JSON.parse(text)).toSorted(), [
      "created_at",
      "expires_at",
      "id",
      "status",
    ]);
    nothingForeign(what, text, since);
    look(what, response, await stack().read(id), event);
  }
};

test("whatever QStash answers, the person gets their 202 and the job waits for the sweep", async () => {
  const answers = {
    ...absurd,
    "a redirect to nowhere": () =>
      new Response(null, { status: 307, headers: { location: "not a url://" } }),
    "an id that Postgres cannot store": () => Response.json({ messageId: "msg_\u0000" }),
    "an id of 1 MB": () => Response.json({ messageId: "x".repeat(1_000_000) }),
  };
  await createdBy(answers, (what, response, row, event) => {
    assertEquals([what, response.status, event.event], [what, 202, "dispatch_failed"]);
    assertEquals([row?.status, row?.dispatched_at, row?.dispatch_count, row?.qstash_message_id], [
      "pending",
      null,
      0,
      null,
    ], what);
  });
});

test("where QStash redirects to, its token does not go, and nothing but the job's id", async () => {
  elsewhere.requests.length = 0;
  await createdBy({ "a redirect": redirect }, (_, response, row) => {
    assertEquals([response.status, row?.status], [202, "pending"]);
    for (const { headers, body } of elsewhere.requests) {
      assertEquals(headers.get("authorization"), null);
      assertEquals(JSON.parse(body || "{}"), { job_id: row!.id });
    }
  });
});

test("when the database's API answers nonsense, a person gets an error in words, and no board", async () => {
  const ava = await stack().person();
  const handle = createJob(await world());
  const create = () =>
    handle(
      new Request(stack().functionUrl("create-job"), {
        method: "POST",
        headers: { authorization: `Bearer ${ava.token}` },
        body: JSON.stringify({ goals: ["Learn to swim"] }),
      }),
    );
  const published = queue.requests.length;
  const { "200 with a text": _, "201 with a list": __, ...answers } = absurd; // see the end
  for (const [what, answer] of Object.entries(answers)) {
    const since = stack().log.length;
    const response = await whileAnswering("/rest/v1", answer, create);
    const text = await response.text();
    assert([500, 503].includes(response.status), `${what}: ${response.status}`);
    const { code } = assertContract(response.headers, text, what);
    assertEquals(code, response.status === 503 ? "unavailable" : "internal_error", what);
    assertEquals(response.headers.has("retry-after"), response.status === 503, what);
    nothingForeign(what, text, since);
  }
  assertEquals(queue.requests.length, published, "nothing was handed to QStash");
  const rows = await stack()
    .sql`select from public.vision_board_jobs where user_id = ${ava.id}`;
  assertEquals(rows.length, 0);
});

test("when the database's API fails, QStash is told to come again and the row stays as it is", async () => {
  const { id } = await stack().row();
  const row = await stack().read(id);
  const message = { job_id: id };
  const calls: [string, (world: Deps) => (req: Request) => Promise<Response>, unknown][] = [
    ["process-job", (world) => processJob(world, picture), message],
    ["fail-job", (world) => failJob(world), { sourceBody: btoa(JSON.stringify(message)) }],
    ["sweep-jobs", (world) => sweepJobs(world), {}],
  ];
  const answers = Object.entries(absurd).filter(([what]) =>
    /^([345]|200 (with HTML|that))|breaks off/.test(what)
  );
  assert(answers.length >= 9);
  for (const [fn, handler, body] of calls) {
    const handle = handler(await world());
    for (const [what, answer] of answers) {
      const since = stack().log.length;
      const response = await whileAnswering(
        "/rest/v1",
        answer,
        () => stack().deliverTo(handle, fn, body),
      );
      const text = await response.clone().text();
      await refusal(response, 500, "database_failed", `${fn}, ${what}`);
      nothingForeign(what, text, since);
      assertEquals(await stack().read(id), row, `${fn}, ${what}`);
    }
  }
});

test("when Storage fails or makes no sense, the attempt fails and the job waits for the next", async () => {
  const handle = processJob(await world(), picture);
  for (const path of ["/storage/v1/object/vision-boards", "/storage/v1/object/sign"]) {
    for (const [what, answer] of Object.entries(absurd)) {
      // a link is checked at the end of this file; an upload that was no upload shows in its link
      if (/^20[01] with (a|an|null)\b/.test(what)) continue;
      const { id } = await stack().row();
      const since = stack().log.length;
      const response = await whileAnswering(
        path,
        answer,
        () => stack().deliverTo(handle, "process-job", { job_id: id }),
      );
      const text = await response.clone().text();
      await refusal(response, 500, "attempt_failed", `${path}, ${what}`);
      nothingForeign(what, text, since);
      const row = (await stack().read(id))!;
      assertEquals([row.status, row.lease_token, row.image_url], ["pending", null, null], what);
    }
  }
});

test("whatever Storage says a link is, it leads to the project's own address", async () => {
  const handle = processJob(await world(), picture);
  const sound = "/object/sign/vision-boards/x.jpg?token=a";
  const links = [
    sound,
    `@elsewhere.example/storage/v1${sound}`,
    `https://elsewhere.example/storage/v1${sound}`,
    "/object/sign/x?token=a",
    "@elsewhere.example/x",
    "//elsewhere.example/x",
    "https://elsewhere.example/x",
    "javascript:alert(1)",
    "\\\\elsewhere.example\\x",
    ".elsewhere.example/x",
    ":80@elsewhere.example/",
  ];
  for (const signedURL of links) {
    const { id } = await stack().row();
    await whileAnswering(
      "/storage/v1/object/sign",
      () => Response.json({ signedURL }),
      () => stack().deliverTo(handle, "process-job", { job_id: id }),
    );
    const { image_url } = (await stack().read(id))!;
    assert(image_url !== null || signedURL !== sound);
    if (image_url === null) continue; // refused: better still
    assertEquals(new URL(image_url).origin, stack().env.SUPABASE_URL, signedURL);
  }
});

test("a failure callback about nonsense is acknowledged and changes nothing", async () => {
  const { id } = await stack().row();
  const row = await stack().read(id);
  const since = stack().log.length;
  const of = (message: unknown) => btoa(JSON.stringify(message));
  const sources: unknown[] = [
    ...[null, 7, {}, [], true, "", "?", "====", "%%%", foreign, "a".repeat(1_000_000)],
    ...[of(null), of([]), of(foreign), of({}), of({ job_id: [id] }), of({ JOB_ID: id })],
    ...[of({ job_id: `${id}' or true --` }), of({ job_id: `${id}\u0000` }), of({ job_id: "*" })],
    ...[of({ job_id: `{${id}}` }), of({ job_id: id.replaceAll("-", "") }), of([{ job_id: id }])],
    ...[of({ "__proto__": { job_id: id } }), of(of({ job_id: id })), btoa("[".repeat(100_000))],
    btoa("\u00ff\u00fe\u0000"),
    `data:application/json;base64,${of({ job_id: id })}`,
  ];
  for (const [i, sourceBody] of sources.entries()) {
    const response = await stack().deliver("fail-job", { sourceBody });
    const text = await response.text();
    assertEquals([i, response.status, JSON.parse(text).status], [i, 200, "ignored"]);
    nothingForeign("callback", text, since);
  }
  for (const sourceMessageId of [7, {}, ["msg_1"], null]) {
    const body = { sourceBody: of({ job_id: id }), sourceMessageId };
    assertEquals((await (await stack().deliver("fail-job", body)).json()).status, "ignored");
  }
  assertEquals(await stack().read(id), row);
});

/** What a painter may throw. Its text may hold anything. */
const thrown: Record<string, unknown> = {
  "an error that quotes the goals": new Error(`${foreign}: Learn to swim`),
  "an error whose cause quotes them": new Error("no", { cause: new Error(foreign) }),
  "a text": foreign,
  "nothing": undefined,
  "null": null,
  "an object": { message: foreign, stack: foreign },
  "an error with a foreign answer": Object.assign(new Error(foreign), {
    body: foreign,
    status: 402,
  }),
  "a failure of Storage": new StorageError(foreign, { status: 400 }),
};

test("whatever the painter throws, the attempt fails in the contract's words, and its text stays inside", async () => {
  for (const [what, error] of Object.entries(thrown)) {
    const { id } = await stack().row();
    const since = stack().log.length;
    const handle = processJob(await world(), () => Promise.reject(error));
    const response = await stack().deliverTo(handle, "process-job", { job_id: id });
    const text = await response.clone().text();
    await refusal(response, 500, "attempt_failed", what);
    nothingForeign(what, text, since);
    assertEquals((await stack().read(id))!.status, "pending");
  }
});

test("an error that nobody foresaw is answered in the contract's words, and its text stays inside", async () => {
  const ava = await stack().person();
  for (const error of [new TypeError(foreign), new Error(foreign), foreign, undefined]) {
    const since = stack().log.length;
    const handle = createJob(await world(), () => {
      throw error;
    });
    const response = await handle(
      new Request(stack().functionUrl("create-job"), {
        method: "POST",
        headers: { authorization: `Bearer ${ava.token}` },
        body: JSON.stringify({ goals: ["Learn to swim"] }),
      }),
    );
    const text = await response.clone().text();
    await refusal(response, 500, "internal_error", String(error));
    nothingForeign("create-job", text, since);
  }
});

test("what is no picture by its size or its type is not stored", async () => {
  const bytes = new TextEncoder().encode("<script>alert(1)</script>");
  const junk: Record<string, unknown> = {
    "50 MB": { bytes: new Uint8Array(50 * 1024 * 1024), contentType: "image/jpeg", missing: 0 },
    "a page": { bytes, contentType: "text/html", missing: 0 },
    "an SVG": { bytes, contentType: "image/svg+xml", missing: 0 },
    "a type of two lines": { bytes: jpeg, contentType: "image/jpeg\r\nx: y", missing: 0 },
    "no type": { bytes: jpeg, missing: 0 },
    "no bytes": { contentType: "image/jpeg", missing: 0 },
    "nothing": undefined,
  };
  for (const [what, drawn] of Object.entries(junk)) {
    const { id } = await stack().row();
    const handle = processJob(await world(), () => Promise.resolve(drawn as never));
    const response = await stack().deliverTo(handle, "process-job", { job_id: id });
    await refusal(response, 500, "attempt_failed", what);
    const row = (await stack().read(id))!;
    assertEquals(
      [row.status, row.image_url, row.image_storage_path],
      ["pending", null, null],
      what,
    );
  }
});

test("an id of QStash's that is no id counts as no answer", async () => {
  const ids: unknown[] = [
    7,
    { a: foreign },
    [foreign],
    "",
    null,
    `msg_\n${foreign}\u0007`,
    "\ud800",
  ];
  const answers = ids.map((messageId) =>
    [JSON.stringify(messageId), () => Response.json({ messageId })] as const
  );
  await createdBy(Object.fromEntries(answers), (what, response, row, event) => {
    assertEquals([what, response.status, event.event], [what, 202, "dispatch_failed"]);
    assertEquals([row?.dispatched_at, row?.qstash_message_id], [null, null], what);
  });
});

test(
  "a redirect is not followed: the secret key and the goals stay where they are",
  async () => {
    const { id } = await stack().row();
    const handle = processJob(await world(), picture);
    for (const path of ["/rest/v1", "/storage/v1"]) {
      elsewhere.requests.length = 0;
      await whileAnswering(
        path,
        redirect,
        () => stack().deliverTo(handle, "process-job", { job_id: id }),
      );
      assertEquals(
        elsewhere.requests.map(({ headers }) => headers.get("apikey")),
        [],
        path,
      );
    }
  },
);

test("a code that is none of Postgres's or PostgREST's is not logged", async () => {
  const { id } = await stack().row();
  const handle = processJob(await world(), picture);
  for (const status of [400, 500]) {
    const since = stack().log.length;
    const answer = () => Response.json({ code: foreign, message: foreign }, { status });
    const response = await whileAnswering(
      "/rest/v1",
      answer,
      () => stack().deliverTo(handle, "process-job", { job_id: id }),
    );
    nothingForeign(String(status), await response.text(), since);
  }
});

test(
  "an answer of the database that is none of its functions' is an error, never a success",
  async () => {
    const ava = await stack().person();
    const { id } = await stack().row();
    const message = { job_id: id };
    const answers = [
      [{}],
      [{ outcome: foreign, id: foreign }],
      foreign,
      [{ a: foreign }],
      {},
      null,
    ];
    const create = createJob(await world());
    const process = processJob(await world(), picture);
    const fail = failJob(await world());
    for (const answer of answers) {
      const since = stack().log.length;
      const calls: [string, () => Promise<Response>][] = [
        ["create-job", () =>
          create(
            new Request(stack().functionUrl("create-job"), {
              method: "POST",
              headers: { authorization: `Bearer ${ava.token}` },
              body: JSON.stringify({ goals: ["Learn to swim"] }),
            }),
          )],
        ["process-job", () => stack().deliverTo(process, "process-job", message)],
        [
          "fail-job",
          () => stack().deliverTo(fail, "fail-job", { sourceBody: btoa(JSON.stringify(message)) }),
        ],
      ];
      for (const [fn, call] of calls) {
        const response = await whileAnswering("/rest/v1", () => Response.json(answer), call);
        const text = await response.text();
        assert(
          response.status >= 500,
          `${fn} says ${response.status} to ${JSON.stringify(answer)}`,
        );
        nothingForeign(fn, text, since);
      }
    }
  },
);

test("a link that Storage did not sign is not written into the row", async () => {
  const handle = processJob(await world(), picture);
  for (
    const body of [{}, { signedURL: "not a url" }, { signedURL: "@elsewhere.example" }, {
      signedURL: 7,
    }]
  ) {
    const { id } = await stack().row();
    const response = await whileAnswering(
      "/storage/v1/object/sign",
      () => Response.json(body),
      () => stack().deliverTo(handle, "process-job", { job_id: id }),
    );
    assertEquals([response.status, (await stack().read(id))!.image_url], [500, null]);
  }
});

test("what is empty, or no image whatever it calls itself, is not stored", async () => {
  for (const bytes of [new Uint8Array(), new TextEncoder().encode("<script>alert(1)</script>")]) {
    const { id } = await stack().row();
    const drawn = { bytes, contentType: "image/jpeg", missing: 0 };
    const handle = processJob(await world(), () => Promise.resolve(drawn));
    assertEquals((await stack().deliverTo(handle, "process-job", { job_id: id })).status, 500);
  }
});
