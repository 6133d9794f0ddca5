/** QStash behind a bad network: down, slow, losing messages and delivering them twice. */
import { assert, assertEquals } from "@std/assert";
import { many } from "../support/campaign.ts";
import { type Person, type Row, test, until } from "../support/test_stack.ts";
import { testInvariants } from "./support/check_invariants.ts";
import * as faults from "./support/fault_kinds.ts";
import { useFaultyStack, waitForEnd } from "./support/faulty_stack.ts";
import type { JobStep } from "./support/job_steps.ts";

const system = useFaultyStack();
let ava: Person;
Deno.test.beforeAll(async () => void (ava = await system().stack.person()));

/** Creates a job with these faults; returns its row when it has ended. */
async function run(key: string, ...planned: [JobStep, faults.Fault][]): Promise<Row> {
  for (const [step, fault] of planned) void system().inject(key, step, fault);
  const { id } = await system().create(ava, key);
  return await waitForEnd(system(), id);
}

const logged = (id: string, name: string) =>
  system().stack.log.filter(({ event, job_id }) => event === name && job_id === id).length;

/** Complete after one attempt, apart from attempts that ran out of time on a busy machine and logged it. */
function assertDrawnOnce({ id, status, attempts, dispatch_count }: Row, dispatches = 1) {
  const expected = 1 + logged(id, "attempt_failed");
  assertEquals([status, attempts, dispatch_count], ["complete", expected, dispatches]);
  assert(logged(id, "board_drawn") <= expected, "drawn more often than attempted");
}

test("QStash loses every message: the sweep asks for them and dispatches the jobs again", async () => {
  const keys = [1, 2, 3].map((n) => `lost-${n}`);
  for (const key of keys) void system().inject(key, "deliver", faults.hang);
  const jobs = await Promise.all(keys.map((key) => system().create(ava, key)));
  await until(async () =>
    (await Promise.all(jobs.map(({ id }) => system().read(id)))).every((row) =>
      row!.dispatched_at !== null
    )
  );
  await system().restartQStash();
  for (const { id } of jobs) {
    const row = await waitForEnd(system(), id);
    assertDrawnOnce(row, 2);
  }
});

test("a publish that QStash accepts but never answers is delivered once", async () => {
  const row = await run("answer-lost", ["publish", faults.hangAfter]);
  assertDrawnOnce(row);
});

test("a publish that takes longer than create-job waits is delivered once", async () => {
  const row = await run("slow", ["publish", faults.delay(1.5)]);
  assertDrawnOnce(row);
});

test("a publish that QStash refuses is repeated by the sweep", async () => {
  const refusals = [500, 429].map((
    status,
  ): [JobStep, faults.Fault] => ["publish", faults.refuse(status)]);
  const row = await run("refused", ...refusals);
  assertDrawnOnce(row);
});

test("a message delivered 50 times at once is drawn and completed once", async () => {
  for (let i = 0; i < many(1, 10); i++) {
    const row = await run(`fifty-${i}`, ["deliver", faults.duplicate(50)]);
    assertDrawnOnce(row);
  }
});

test("a message delivered again after the end changes nothing", async () => {
  const replay = faults.replay(2, (late) => system().background.push(late));
  const row = await run("late", ["deliver", replay]);
  await Promise.all(system().background);
  assertEquals(await system().read(row.id), row);
  assertDrawnOnce(row);
});

test("messages delivered out of order, the first after the second, make one board", async () => {
  const secondDispatch = async () => {
    const { id } = await until(() => system().accepted.find(({ key }) => key === "order"));
    await until(async () => (await system().read(id))!.dispatch_count === 2, 30);
  };
  const row = await run("order", ["deliver", faults.acceptThenDelay(secondDispatch)]);
  assertDrawnOnce(row, 2);
});

test("a delivery whose answer is lost is repeated and finds the job complete", async () => {
  const row = await run("delivery-lost", ["deliver", faults.loseAnswer]);
  await system().qstash.idle();
  assertDrawnOnce(row);
  assertEquals(await system().read(row.id), row);
});

testInvariants(system);
