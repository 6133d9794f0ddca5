import { assert, assertEquals } from "@std/assert";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { sweepJobs } from "../../supabase/functions/sweep-jobs/handler.ts";
import { startQStash } from "../../tools/local-stack/qstash/server.ts";
import { storageAnswer } from "../support/storage_answer.ts";
import { test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const hourAgo = new Date(Date.now() - 3_600_000).toISOString();

test("a job that was written without QStash is dispatched", async () => {
  const { id } = await stack().row({ email: "guest@example.com" });
  assert((await stack().sweep()).dispatched! >= 1);
  assertEquals((await stack().ended(id)).status, "complete");
});

test("a job whose worker died is dispatched anew when its lease has run out, and not before", async () => {
  const { id } = await stack().row({ dispatch_count: 1, dispatched_at: hourAgo });
  await stack().claim(id);
  const before = await stack().read(id);
  await stack().sweep();
  assertEquals(await stack().read(id), before);

  await stack().expireLease(id);
  assertEquals((await stack().sweep()).dispatched, 1);
  const row = await stack().ended(id);
  assertEquals([row.status, row.attempts, row.dispatch_count], ["complete", 2, 2]);
});

test("a job that was dispatched three times is given up, with a message for the person", async () => {
  const { id } = await stack().row({ dispatch_count: 3 });
  assert((await stack().sweep()).gave_up! >= 1);
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.error_code], ["failed", "gave_up"]);
  assert(row.error_message);
});

const silent = { dispatch_count: 1, dispatched_at: hourAgo };

/** While QStash holds a message, which stands for the delivery of a sweep, too. */
async function withMessage(run: (messageId: string) => Promise<void>) {
  const { QSTASH_URL, QSTASH_TOKEN } = stack().env;
  const authorization = `Bearer ${QSTASH_TOKEN}`;
  const waiting = await fetch(`${QSTASH_URL}/v2/publish/${stack().functionUrl("process-job")}`, {
    method: "POST",
    headers: { authorization, "upstash-delay": "999d" },
    body: "{}",
  });
  const { messageId } = await waiting.json();
  try {
    await run(messageId);
  } finally {
    const url = `${QSTASH_URL}/v2/messages/${messageId}`;
    await (await fetch(url, { method: "DELETE", headers: { authorization } })).body?.cancel();
  }
}

/** One sweep in this process, whose QStash is at another URL or answers otherwise. */
async function sweepWith(url: string, headers: Record<string, string>, look = fetch) {
  const handle = sweepJobs({
    ...stack().deps({ QSTASH_URL: url }),
    timing: { ...timing, sweep: 3 },
    fetch: (input, init) =>
      /\/v2\/(messages|schedules)\//.test(String(input)) ? look(input, init) : fetch(input, init),
  });
  return await (await stack().deliverTo(handle, "sweep-jobs", {}, headers)).json();
}

test("a silent job is dispatched anew, unless QStash still holds its message", async () => {
  await withMessage(async (messageId) => {
    const lost = await stack().row({ ...silent, qstash_message_id: "msg_lost" });
    const queued = await stack().row({ ...silent, qstash_message_id: messageId });
    const swept = await stack().sweep({ "upstash-message-id": messageId });
    assertEquals([swept.dispatched, swept.still_queued], [1, 1]);
    assertEquals((await stack().ended(lost.id)).dispatch_count, 2);
    const row = (await stack().read(queued.id))!;
    assertEquals([row.status, row.dispatch_count], ["pending", 1]);
    assertEquals((await stack().sweep()).still_queued, 0, "it is not asked again for a while");
    await stack().sql`delete from public.vision_board_jobs where id = ${queued.id}`;
  });
});

test("a message is lost only if QStash knows the sweep's own message, or its schedule", async () => {
  const elsewhere = startQStash({ port: 0 }); // takes the same token, and knows nothing of us
  const jobs = await Promise.all([1, 3].map(async (dispatch_count) => {
    const { id } = await stack().row({ ...silent, dispatch_count, qstash_message_id: "msg_lost" });
    return (await stack().read(id))!;
  }));
  await withMessage(async (messageId) => {
    const headers = { "upstash-message-id": messageId, "upstash-schedule-id": "sweep" };
    for (const [url, ids] of [[elsewhere.url, headers], [stack().env.QSTASH_URL!, {}]] as const) {
      const swept = await sweepWith(url, ids);
      assertEquals([swept.postponed, swept.dispatched, swept.gave_up], [2, 0, 0]);
      for (const job of jobs) assertEquals(await stack().read(job.id), job);
      assertEquals(stack().log.at(-2)?.event, "qstash_differs");
    }
    const known: typeof fetch = (input, init) =>
      String(input).endsWith("/v2/schedules/sweep")
        ? Promise.resolve(Response.json({ scheduleId: "sweep" }))
        : fetch(input, init);
    const swept = await sweepWith(
      stack().env.QSTASH_URL!,
      { "upstash-schedule-id": "sweep" },
      known,
    );
    assertEquals([swept.postponed, swept.dispatched, swept.gave_up], [0, 1, 1]);
  });
  await elsewhere.stop();
});

test("QStash that is asked too often is asked again when it says, or by the next sweep", async () => {
  await withMessage(async (messageId) => {
    const headers = { "upstash-message-id": messageId };
    let [asked, busy, wait] = [0, 1, "1"];
    const look: typeof fetch = (input, init) => {
      asked++;
      return busy-- > 0
        ? Promise.resolve(new Response("{}", { status: 429, headers: { "retry-after": wait } }))
        : fetch(input, init);
    };
    const { id } = await stack().row({ ...silent, qstash_message_id: messageId });
    const first = await sweepWith(stack().env.QSTASH_URL!, headers, look);
    assertEquals([asked, first.still_queued, first.postponed], [2, 1, 0]);

    await stack()
      .sql`update public.vision_board_jobs set dispatched_at = ${hourAgo} where id = ${id}`;
    const before = await stack().read(id);
    [asked, busy, wait] = [0, 99, "3600"];
    const second = await sweepWith(stack().env.QSTASH_URL!, headers, look);
    assertEquals([asked, second.still_queued, second.postponed], [1, 0, 1]);
    assertEquals(await stack().read(id), before);
    await stack().sql`delete from public.vision_board_jobs where id = ${id}`;
  });
});

test("jobs that QStash has no messages left for today wait, and use up no dispatch", async () => {
  const { sql } = stack();
  await sql`
    insert into public.vision_board_jobs (name, goals)
    select 'quota', '["a"]' from generate_series(1, 30)`;
  let published = 0;
  const used = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    published++;
    return Response.json({ error: "quota" }, {
      status: 429,
      headers: { "RateLimit-Limit": "1000" },
    });
  });
  const swept = await sweepWith(`http://127.0.0.1:${used.addr.port}`, {});
  await used.shutdown();
  assertEquals([swept.postponed, swept.errors, published], [10, 0, 10]);
  const rows = await sql`
    select dispatch_count, dispatched_at from public.vision_board_jobs where name = 'quota'`;
  assertEquals(rows.filter((row) => row.dispatch_count === 0 && !row.dispatched_at).length, 30);
  await sql`delete from public.vision_board_jobs where name = 'quota'`;
});

test("an expired job goes, with its board", async () => {
  const { id } = await stack().row();
  await stack().deliver("process-job", { job_id: id });
  const { image_storage_path } = (await stack().read(id))!;
  await stack().sql`
    update public.vision_board_jobs set expires_at = now() - interval '1 second' where id = ${id}`;
  await stack().sweep();
  assertEquals(await stack().read(id), undefined);
  assertEquals(await stack().hasObject(image_storage_path!), false);
});

test("a deleted account leaves no row and no board", async () => {
  const ava = await stack().person();
  const { id } = await (await ava.create({ goals: ["Forget me"] })).json();
  const { image_storage_path } = await stack().ended(id);
  assert(await stack().hasObject(image_storage_path!));
  await stack().sql`delete from auth.users where id = ${ava.id}`;
  assertEquals(await stack().read(id), undefined);
  await stack().sweep();
  assertEquals(await stack().hasObject(image_storage_path!), false);
  const left = await stack().sql`
    select from vision_board.unreferenced_boards where path = ${image_storage_path}`;
  assertEquals(left.length, 0);
});

test("a path that Storage refuses keeps no other board, and overload ends the removals", async () => {
  const rows = await Promise.all(
    ["a", "b", "..bad", "c"].map((path) =>
      stack().row({ status: "complete", image_storage_path: `removal/${path}` })
    ),
  );
  await stack().service.from("vision_board_jobs").delete().in("id", rows.map((row) => row.id));
  /** Storage answers this to a removal with the bad path, or to any; returns what it was asked. */
  const sweep = async (answer: () => Response, onlyBad = true) => {
    const calls: string[][] = [];
    const handle = sweepJobs({
      ...stack().deps(),
      fetch(input, init) {
        const isRemoval = init?.method === "DELETE" &&
          String(input).includes("/storage/v1/object/");
        if (!isRemoval) return fetch(input, init);
        const { prefixes }: { prefixes: string[] } = JSON.parse(String(init.body));
        calls.push(prefixes);
        const isBad = !onlyBad || prefixes.some((path) => path.includes("..bad"));
        return Promise.resolve(isBad ? answer() : Response.json([]));
      },
    });
    const response = await stack().deliverTo(handle, "sweep-jobs", {});
    return { calls, removed: (await response.json()).boards_removed };
  };
  const left = async () => {
    const paths = await stack().sql`
      select path from vision_board.unreferenced_boards where path like 'removal/%' order by path`;
    return paths.map(({ path }) => path.slice("removal/".length));
  };
  const all = ["..bad", "a", "b", "c"];
  const forAll: [() => Response, error: string][] = [
    [() => storageAnswer("429", "SlowDown", 429), "StorageError SlowDown"],
    [() => storageAnswer("429"), "StorageError 429"],
    [() => storageAnswer("503", "DatabaseReadOnly"), "StorageError DatabaseReadOnly"],
    [() => storageAnswer("423", "ResourceLocked"), "StorageError ResourceLocked"],
    [() => storageAnswer("544", "DatabaseTimeout", 544), "StorageError DatabaseTimeout"],
    [() => storageAnswer("404", "NoSuchBucket"), "StorageError NoSuchBucket"],
    [() => storageAnswer("400", "InvalidJWT"), "StorageError InvalidJWT"],
    [() => new Response("<h1>Bad gateway", { status: 502 }), "StorageError 502"],
    [() => new Response("<h1>Welcome"), "StorageError"],
  ];
  for (const [answer, error] of forAll) {
    const { calls, removed } = await sweep(answer, false);
    assertEquals([error, calls.length, removed, await left()], [error, 1, 0, all]);
    const line = stack().log.findLast(({ event }) => event === "removal_failed");
    assertEquals(line?.error, error);
  }
  for (const code of ["InvalidKey", "InvalidRequest", undefined]) {
    const { calls } = await sweep(() => storageAnswer("400", code));
    assertEquals(await left(), ["..bad"], "what was refused is tried again");
    assert(calls.length <= 50);
    await stack().sql`
      insert into vision_board.unreferenced_boards (path, removable_at)
      select path, now() from unnest(${["removal/a", "removal/b", "removal/c"]}::text[]) as path`;
  }
  await stack().sql`delete from vision_board.unreferenced_boards where path like 'removal/%'`;
});

test("one sweep dispatches everything that waited for a long time", async () => {
  const { sql } = stack();
  await sql`
    insert into public.vision_board_jobs (name, goals)
    select 'outage', '["a"]' from generate_series(1, 250)`;
  const published: string[] = [];
  const queue = () => ({
    publish: (jobId: string, dispatch: number) => {
      published.push(`${jobId}-${dispatch}`);
      return Promise.resolve(`msg_${published.length}`);
    },
    holds: () => Promise.resolve(false),
  });
  const handle = sweepJobs({ ...stack().deps(), queue });
  const response = await stack().deliverTo(handle, "sweep-jobs", {});
  assertEquals((await response.json()).dispatched, 250);
  assertEquals(new Set(published).size, 250);
  await sql`delete from public.vision_board_jobs where name = 'outage'`;
});

test("a job that was created while QStash was down is dispatched when it is back", async () => {
  const ava = await stack().person();
  const { port } = stack().qstash!;
  await stack().qstash!.stop();
  const response = await ava.create({ goals: ["Be patient"] });
  assertEquals(response.status, 202);
  const { id } = await response.json();
  const { status, dispatched_at, dispatch_count } = (await stack().read(id))!;
  assertEquals([status, dispatched_at, dispatch_count], ["pending", null, 0]);
  assert((await stack().sweep()).errors! >= 1);

  const back = startQStash({ port, delayFactor: 0.001 });
  try {
    assert((await stack().sweep()).dispatched! >= 1);
    assertEquals((await stack().ended(id)).status, "complete");
  } finally {
    await back.stop();
  }
});
