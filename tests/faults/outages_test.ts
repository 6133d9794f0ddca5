/** Postgres crashes and restarts; Storage refuses, hangs and loses answers; functions are killed. */
import { setTimeout as sleep } from "node:timers/promises";
import { assert, assertEquals } from "@std/assert";
import { many, random } from "../support/campaign.ts";
import { type Person, test, until } from "../support/test_stack.ts";
import { testInvariants } from "./support/check_invariants.ts";
import * as faults from "./support/fault_kinds.ts";
import { useFaultyStack, waitForEnd } from "./support/faulty_stack.ts";
import type { JobStep } from "./support/job_steps.ts";

const system = useFaultyStack();
let ava: Person;
Deno.test.beforeAll(async () => void (ava = await system().stack.person()));

/** Creates a job with these faults; returns its row when it has ended. */
async function run(key: string, planned: [JobStep, faults.Fault][]) {
  for (const [step, fault] of planned) void system().inject(key, step, fault);
  const { id } = await system().create(ava, key);
  return await waitForEnd(system(), id);
}

for (
  const [what, fault] of [
    ["refuses", faults.refuse(503)],
    ["never answers", faults.hang],
    ["stores but never answers", faults.hangAfter],
    ["breaks the connection after storing", faults.loseAnswer],
  ] as [string, faults.Fault][]
) {
  test(`Storage ${what}: the next attempt makes the board and nothing is left over`, async () => {
    const row = await run(`storage-${what.replaceAll(" ", "-")}`, [["upload", fault]]);
    assertEquals(row.status, "complete");
    assert(row.attempts >= 2, "by another attempt");
    const unknown = await system().sql`
      select from storage.objects as object where object.name like ${`${row.id}/%`}
        and object.name <> ${row.image_storage_path}
        and not exists (select from vision_board.unreferenced_boards as o where o.path = object.name)`;
    assertEquals(unknown.length, 0, "what the first attempt stored waits to be removed");
  });
}

test("Storage stays down: the job fails with a message and nothing is left over", async () => {
  system().allJobs.set("upload", faults.refuse(503));
  const row = await run("storage-down", []);
  system().allJobs.delete("upload");
  assertEquals([row.status, row.error_code, row.attempts], ["failed", "attempts_exhausted", 4]);
});

test("a board that Storage does not remove is removed by a later sweep", async () => {
  const { image_storage_path, id } = await run("removal", []);
  system().allJobs.set("remove", faults.refuse(503));
  await ava.supabase.from("vision_board_jobs").delete().eq("id", id);
  system().deleted.add(id);
  await until(() => system().stack.log.some(({ event }) => event === "removal_failed"));
  assertEquals(await system().stack.hasObject(image_storage_path!), true);
  system().allJobs.delete("remove");
  await until(async () => !await system().stack.hasObject(image_storage_path!));
});

const kills: [string, JobStep, faults.Fault][] = [
  ["create-job, before the row is written", "create", faults.killBefore],
  ["create-job, after the row is written", "create", faults.killAfter],
  ["create-job, after QStash has the message", "publish", faults.killAfter],
  ["create-job, after that is recorded", "record", faults.killAfter],
];
test("create-job is killed at any step: the same key makes one job, which ends", async () => {
  for (let round = 0; round < many(1, 10); round++) {
    for (const [index, [who, step, fault]] of kills.entries()) {
      const row = await run(`create-killed-${round}-${index}`, [[step, fault]]);
      assertEquals([who, row.status], [who, "complete"]);
    }
  }
});

test("the sweep is killed after publishing: the next publishes it again, delivered once", async () => {
  // create-job cannot publish; the first sweep that can is killed
  const row = await run("sweep-killed", [
    ["publish", faults.refuse(500)],
    ["publish", faults.killAfter],
  ]);
  assertEquals([row.status, row.dispatch_count], ["complete", 1]);
});

test("fail-job is killed before or after it ends the job: QStash calls it again", async () => {
  const upload: [JobStep, faults.Fault][] = Array.from(
    { length: 4 },
    () => ["upload", faults.refuse(503)],
  );
  system().stopSweeping(); // on a slow machine a sweep would dispatch the job anew
  await Promise.all([faults.killBefore, faults.killAfter].map(async (fault) => {
    const row = await run(`callback-${fault.name}`, [...upload, ["giveUp", fault]]);
    assertEquals([row.status, row.error_code], ["failed", "attempts_exhausted"]);
  }));
  system().startSweeping();
});

test("two sweeps at once dispatch each job once", async () => {
  system().stopSweeping();
  system().allJobs.set("publish", faults.refuse(500));
  const jobs = await Promise.all(
    Array.from({ length: many(6, 30) }, (_, n) => system().create(ava, `sweeps-${n}`)),
  );
  system().allJobs.delete("publish");
  await Promise.all([system().sweep(), system().sweep(), system().sweep()]);
  system().startSweeping();
  for (const { id } of jobs) {
    const row = await waitForEnd(system(), id);
    assertEquals([row.status, row.dispatch_count], ["complete", 1]);
  }
});

test("a worker completes its job just as the sweep revives it: exactly one of the two succeeds", async () => {
  const { stack, sql } = system();
  system().stopSweeping();
  for (let i = 0; i < many(20, 300); i++) {
    const { id } = await stack.row({ dispatch_count: 1, dispatched_at: new Date().toISOString() });
    const { data } = await stack.service.rpc("claim_vision_board_job", {
      p_job_id: id,
      p_lease_seconds: 0, // it ends now
      p_max_attempts: 12,
    });
    const { lease_token, path } = data![0]!;
    const complete = () =>
      stack.service.rpc("complete_vision_board_job", {
        p_job_id: id,
        p_lease_token: lease_token,
        p_image_storage_path: path,
        p_image_url: "https://example.com/board.jpg",
      });
    const sweep = () =>
      stack.service.rpc("sweep_vision_board_jobs", { p_silent_after: "15 minutes" });
    const calls = random("finishing", i)() < 0.5 ? [complete(), sweep()] : [sweep(), complete()];
    const answers = await Promise.all(calls);
    const completed = answers.map(({ data }) => data).find((data) => typeof data === "string");
    const row = (await system().read(id))!;
    assertEquals(
      [completed, row.status],
      completed === "complete" ? [completed, "complete"] : ["stale", "pending"],
    );
    await sql`delete from public.vision_board_jobs where id = ${id}`;
  }
  await stack
    .sql`delete from change_log.changes where after ->> 'image_url' like 'https://example.com/%'`;
  system().startSweeping();
});

test("Postgres is killed and restarted while jobs are made: all of them end", async () => {
  for (let round = 0; round < many(1, 6); round++) {
    const jobs = Promise.all(
      Array.from({ length: 8 }, (_, n) => system().create(ava, `database-${round}-${n}`)),
    );
    const delay = random("postgres", round)() * 400;
    await sleep(delay);
    await system().restartPostgres(0.5);
    for (const { id } of await jobs) await waitForEnd(system(), id);
  }
});

testInvariants(system);
