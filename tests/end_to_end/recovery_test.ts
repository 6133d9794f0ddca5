import { assert, assertEquals } from "@std/assert";
import { startQStash } from "../../tools/local-stack/qstash/server.ts";
import { StorageError } from "../../supabase/functions/_shared/board_store.ts";
import { sweepJobs } from "../../supabase/functions/sweep-jobs/handler.ts";
import { test, until, useStack } from "../support/test_stack.ts";

const stack = useStack();
const ended = (id: string) =>
  until(async () => {
    const row = await stack().read(id);
    return row && ["complete", "failed"].includes(row.status) && row;
  });
test("the sweep leaves a job alone while its worker lives", async () => {
  const { id } = await stack().row();
  await stack().service.rpc("claim_vision_board_job", { p_job_id: id, p_lease_seconds: 60 });
  const before = await stack().read(id);
  await stack().sweep();
  assertEquals(await stack().read(id), before);
});

test("what the service role writes without QStash is dispatched by the sweep", async () => {
  const { id } = await stack().row({ email: "guest@example.com" });
  assert((await stack().sweep()).dispatched! >= 1);
  assertEquals((await ended(id)).status, "complete");
});

test("after three dispatches a job is given up, with a word for the person", async () => {
  const { id } = await stack().row({ dispatch_count: 3 });
  assert((await stack().sweep()).gave_up! >= 1);
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.error_code], ["failed", "gave_up"]);
  assert(row.error_message);
});

test("a job of which nothing was heard is dispatched anew, unless QStash still holds its message", async () => {
  const silent = {
    dispatch_count: 1,
    dispatched_at: new Date(Date.now() - 3_600_000).toISOString(),
  };
  const lost = await stack().row({ ...silent, qstash_message_id: "msg_lost" });
  // a message that waits: delayed for a day
  const response = await fetch(
    `${stack().env.QSTASH_URL}/v2/publish/${stack().functionUrl("process-job")}`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${stack().env.QSTASH_TOKEN}`, "upstash-delay": "999d" },
      body: "{}",
    },
  );
  const { messageId } = await response.json();
  const queued = await stack().row({ ...silent, qstash_message_id: messageId });

  try {
    const swept = await stack().sweep();
    assertEquals([swept.dispatched, swept.still_queued], [1, 1]);
    assertEquals((await ended(lost.id)).dispatch_count, 2);
    const row = (await stack().read(queued.id))!;
    assertEquals([row.status, row.dispatch_count], ["pending", 1]);
    assertEquals((await stack().sweep()).still_queued, 0); // not asked again for a while
  } finally {
    await fetch(`${stack().env.QSTASH_URL}/v2/messages/${messageId}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${stack().env.QSTASH_TOKEN}` },
    }).then((answer) => answer.body?.cancel());
  }
});

test("when every delivery fails, QStash's callback ends the job after four attempts", async () => {
  await stack()
    .sql`update storage.buckets set allowed_mime_types = array['image/gif'] where id = 'vision-boards'`;
  try {
    const ava = await stack().person();
    const { id } = await (await ava.create({ goals: ["Paint"] })).json();
    const row = await ended(id);
    assertEquals([row.status, row.error_code, row.attempts], ["failed", "attempts_exhausted", 4]);
  } finally {
    await stack()
      .sql`update storage.buckets set allowed_mime_types = array['image/jpeg', 'image/webp', 'image/png'] where id = 'vision-boards'`;
  }
});

test("expired boards go, with their objects", async () => {
  const { id } = await stack().row();
  await stack().deliver("process-job", { job_id: id });
  const { image_storage_path } = (await stack().read(id))!;
  await stack()
    .sql`update public.vision_board_jobs set expires_at = now() - interval '1 second' where id = ${id}`;
  await stack().sweep();
  assertEquals(await stack().read(id), undefined);
  assertEquals(await stack().hasObject(image_storage_path!), false);
});

test("a deleted account leaves no row and no object", async () => {
  const ava = await stack().person();
  const { id } = await (await ava.create({ goals: ["Forget me"] })).json();
  const { image_storage_path } = await ended(id);
  assert(await stack().hasObject(image_storage_path!));
  await stack().sql`delete from auth.users where id = ${ava.id}`;
  assertEquals(await stack().read(id), undefined);
  await stack().sweep();
  assertEquals(await stack().hasObject(image_storage_path!), false);
  assertEquals(
    (await stack()
      .sql`select from vision_board.unreferenced_boards where path = ${image_storage_path}`).length,
    0,
  );
});

test("a board deleted while it is drawn leaves no object", async () => {
  const ava = await stack().person();
  let id = "";
  await stack().whileUploadsHang(async () => {
    ({ id } = await (await ava.create({ goals: ["Changed my mind"] })).json());
    await until(() => stack().log.find((e) => e.event === "board_drawn" && e.job_id === id));
    await ava.supabase.from("vision_board_jobs").delete().eq("id", id);
  });
  await stack().qstash!.idle();
  assertEquals(
    (await stack().sql`select from storage.objects where name like ${`${id}/%`}`).length,
    0,
  );
});

test("a path that Storage refuses does not keep other pictures from being removed", async () => {
  const rows = await Promise.all(
    ["a", "b", "..bad", "c"].map((path) =>
      stack().row({ status: "complete", image_storage_path: `removal/${path}` })
    ),
  );
  await stack().service.from("vision_board_jobs").delete().in("id", rows.map((row) => row.id));
  const removed: string[] = [];
  const failing = (status: number) => ({
    upload: () => Promise.reject(),
    link: () => Promise.reject(),
    remove: (paths: string[]) => {
      if (paths.some((path) => path.includes("..bad"))) {
        return Promise.reject(new StorageError("remove", { status }));
      }
      removed.push(...paths);
      return Promise.resolve();
    },
  });
  const left = async () =>
    (await stack().sql`select from vision_board.unreferenced_boards where path like 'removal/%'`)
      .length;
  const sweep = (status: number) => {
    const handle = sweepJobs(stack().deps(), undefined, () => failing(status));
    return stack().deliverTo(handle, "sweep-jobs", {});
  };
  assertEquals((await (await sweep(503)).json()).boards_removed, 0); // Storage is down
  assertEquals([removed.length, await left()], [0, 4]);
  await sweep(400);
  assertEquals(removed.filter((path) => path.startsWith("removal/")).toSorted(), [
    "removal/a",
    "removal/b",
    "removal/c",
  ]);
  assertEquals(await left(), 1, "what was refused is tried again");
  await stack().sql`delete from vision_board.unreferenced_boards where path like 'removal/%'`;
});

test("two sweeps at once dispatch a job once", async () => {
  const { id } = await stack().row();
  await Promise.all([stack().sweep(), stack().sweep(), stack().sweep()]);
  const row = await ended(id);
  assertEquals([row.status, row.attempts, row.dispatch_count], ["complete", 1, 1]);
});

test("after a long outage one sweep dispatches everything that waits", async () => {
  const { sql } = stack();
  await sql`insert into public.vision_board_jobs (name, goals)
    select 'outage', '["a"]' from generate_series(1, 250)`;
  const published: string[] = [];
  const queue = {
    publish: (jobId: string, dispatch: number) => {
      published.push(`${jobId}-${dispatch}`);
      return Promise.resolve(`msg_${published.length}`);
    },
    holds: () => Promise.resolve(false),
  };
  const response = await stack().deliverTo(
    sweepJobs(stack().deps(), () => queue),
    "sweep-jobs",
    {},
  );
  assertEquals((await response.json()).dispatched, 250);
  assertEquals(new Set(published).size, 250);
  await sql`delete from public.vision_board_jobs where name = 'outage'`;
});

test("a QStash outage during create costs nothing but time: the sweep dispatches the job later", async () => {
  const ava = await stack().person();
  const { port } = stack().qstash!;
  await stack().qstash!.stop();
  const response = await ava.create({ goals: ["Be patient"] });
  assertEquals(response.status, 202);
  const { id } = await response.json();
  const waiting = (await stack().read(id))!;
  assertEquals([waiting.status, waiting.dispatched_at, waiting.dispatch_count], [
    "pending",
    null,
    0,
  ]);
  assert((await stack().sweep()).errors! >= 1);

  const back = startQStash({ port, delayFactor: 0.001 });
  try {
    assert((await stack().sweep()).dispatched! >= 1);
    assertEquals((await ended(id)).status, "complete");
  } finally {
    await back.stop();
  }
});
