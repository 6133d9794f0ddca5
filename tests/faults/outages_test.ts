/** The database dies and comes back; Storage refuses, hangs and loses its answers; functions die. */
import { assert, assertEquals } from "@std/assert";
import { many, random } from "../support/campaign.ts";
import { type Person, test, until } from "../support/test_stack.ts";
import * as faults from "./support/faults.ts";
import type { Step } from "./support/steps.ts";
import { ended, testInvariants, useArena } from "./support/use_arena.ts";

const arena = useArena();
let ava: Person;
Deno.test.beforeAll(async () => void (ava = await arena().stack.person()));

async function run(key: string, cards: [Step, faults.Fault][]) {
  cards.forEach(([step, fault]) => void arena().plan(key, step, fault));
  const { id } = await arena().create(ava, key);
  return await ended(arena(), id);
}

for (
  const [what, fault] of [
    ["refuses", faults.refuse(503)],
    ["never answers", faults.hang],
    ["stores but never says so", faults.neverAnswer],
    ["breaks the connection after storing", faults.loseAnswer],
  ] as [string, faults.Fault][]
) {
  test(`Storage ${what}: the next attempt makes the board, and nothing is left over`, async () => {
    const row = await run(`storage-${what.replaceAll(" ", "-")}`, [["upload", fault]]);
    assertEquals(row.status, "complete");
    assert(row.attempts >= 2, "by another attempt");
    const unknown = await arena().sql`
      select from storage.objects as object where object.name like ${`${row.id}/%`}
        and object.name <> ${row.image_storage_path}
        and not exists (select from vision_board.unreferenced_boards as o where o.path = object.name)`;
    assertEquals(unknown.length, 0, "what the first attempt stored waits to be removed");
  });
}

test("Storage is down for good: the person is told, and nothing is left over", async () => {
  arena().everywhere.set("upload", faults.refuse(503));
  const row = await run("storage-down", []);
  arena().everywhere.delete("upload");
  assertEquals([row.status, row.error_code, row.attempts], ["failed", "attempts_exhausted", 4]);
});

test("a picture that Storage does not remove today goes with a later sweep", async () => {
  const { image_storage_path, id } = await run("removal", []);
  arena().everywhere.set("remove", faults.refuse(503));
  await ava.supabase.from("vision_board_jobs").delete().eq("id", id);
  arena().deleted.add(id);
  await until(() => arena().stack.log.some(({ event }) => event === "removal_failed"));
  assertEquals(await arena().stack.hasObject(image_storage_path!), true);
  arena().everywhere.delete("remove");
  await until(async () => !await arena().stack.hasObject(image_storage_path!));
});

const deaths: [string, Step, faults.Fault][] = [
  ["create-job, before the row is written", "create", faults.killBefore],
  ["create-job, when the row is written", "create", faults.killAfter],
  ["create-job, when QStash has the message", "publish", faults.killAfter],
  ["create-job, when that is noted", "record", faults.killAfter],
];
test("create-job is killed at any step: the same key makes one job, and it ends", async () => {
  for (let round = 0; round < many(1, 10); round++) {
    for (const [index, [who, step, fault]] of deaths.entries()) {
      const row = await run(`death-${round}-${index}`, [[step, fault]]);
      assertEquals([who, row.status], [who, "complete"]);
    }
  }
});

test("the sweep is killed after publishing: the next one publishes the same, and it is delivered once", async () => {
  // create-job cannot publish, the first sweep that does dies
  const row = await run("sweep-killed", [
    ["publish", faults.refuse(500)],
    ["publish", faults.killAfter],
  ]);
  assertEquals([row.status, row.dispatch_count], ["complete", 1]);
});

test("fail-job is killed before and after it ended the job: QStash calls it again", async () => {
  const upload: [Step, faults.Fault][] = Array.from(
    { length: 4 },
    () => ["upload", faults.refuse(503)],
  );
  await Promise.all([faults.killBefore, faults.killAfter].map(async (fault) => {
    const row = await run(`callback-${fault.name}`, [...upload, ["end", fault]]);
    assertEquals([row.status, row.error_code], ["failed", "attempts_exhausted"]);
  }));
});

test("two sweeps at once dispatch each job once", async () => {
  arena().stopSweeping();
  arena().everywhere.set("publish", faults.refuse(500));
  const jobs = await Promise.all(
    Array.from({ length: many(6, 30) }, (_, n) => arena().create(ava, `sweeps-${n}`)),
  );
  arena().everywhere.delete("publish");
  await Promise.all([arena().sweep(), arena().sweep(), arena().sweep()]);
  arena().startSweeping();
  for (const { id } of jobs) {
    const row = await ended(arena(), id);
    assertEquals([row.status, row.dispatch_count], ["complete", 1]);
  }
});

test("a sweep beside a worker that finishes at the end of its lease: one of the two has its way", async () => {
  const { stack, sql } = arena();
  arena().stopSweeping();
  const outcomes = { complete: 0, stale: 0 };
  for (let i = 0; i < many(20, 300); i++) {
    const { id } = await stack.row({ dispatch_count: 1, dispatched_at: new Date().toISOString() });
    const { data } = await stack.service.rpc("claim_vision_board_job", {
      p_job_id: id,
      p_lease_seconds: 0, // it ends now
    });
    const { lease_token, path } = data![0]!;
    const complete = () =>
      stack.service.rpc("complete_vision_board_job", {
        p_job_id: id,
        p_lease_token: lease_token,
        p_image_storage_path: path,
        p_image_url: "https://example.com/board.jpg",
      });
    const sweep = () => stack.service.rpc("sweep_vision_board_jobs", {});
    const calls = random("finishing", i)() < 0.5 ? [complete(), sweep()] : [sweep(), complete()];
    const answers = await Promise.all(calls);
    const said = answers.map(({ data }) => data).find((data) => typeof data === "string");
    const row = (await arena().read(id))!;
    assertEquals(
      [said, row.status],
      said === "complete" ? [said, "complete"] : ["stale", "pending"],
    );
    outcomes[said as "complete" | "stale"]++;
    await sql`delete from public.vision_board_jobs where id = ${id}`;
  }
  await stack
    .sql`delete from history.changes where became ->> 'image_url' like 'https://example.com/%'`;
  arena().startSweeping();
});

test("Postgres is killed and comes back while jobs are made: all of them end", async () => {
  for (let round = 0; round < many(1, 6); round++) {
    const jobs = Promise.all(
      Array.from({ length: 8 }, (_, n) => arena().create(ava, `database-${round}-${n}`)),
    );
    const delay = random("postgres", round)() * 400;
    await new Promise((resolve) => setTimeout(resolve, delay));
    await arena().restartPostgres(0.5);
    for (const { id } of await jobs) await ended(arena(), id);
  }
});

testInvariants(arena);
