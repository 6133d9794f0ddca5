/** QStash as networks make it: down, slow, forgetful, and saying everything twice. */
import { assert, assertEquals } from "@std/assert";
import { many } from "../support/campaign.ts";
import { type Person, type Row, test, until } from "../support/test_stack.ts";
import * as faults from "./support/faults.ts";
import { ended, testInvariants, useArena } from "./support/use_arena.ts";

const arena = useArena();
let ava: Person;
Deno.test.beforeAll(async () => void (ava = await arena().stack.person()));

/** Creates a job with these faults in its way; gives the row when it has ended. */
async function run(key: string, faultsOf: Parameters<typeof plan>[1]) {
  plan(key, faultsOf);
  const { id } = await arena().create(ava, key);
  return await ended(arena(), id);
}
const plan = (
  key: string,
  cards: [Parameters<ReturnType<typeof arena>["plan"]>[1], faults.Fault][],
) => cards.forEach(([step, fault]) => void arena().plan(key, step, fault));
const logged = (id: string, name: string) =>
  arena().stack.log.filter(({ event, job_id }) => event === name && job_id === id).length;
const drawn = (id: string) => logged(id, "board_drawn");

/** Complete, by one attempt; on a machine under load an attempt may run out of time, and says so. */
function assertMadeOnce({ id, status, attempts, dispatch_count }: Row, dispatches = 1) {
  const tries = 1 + logged(id, "attempt_failed");
  assertEquals([status, attempts, dispatch_count], ["complete", tries, dispatches]);
  assert(drawn(id) <= tries, "drawn more often than it was tried");
}

test("while QStash is down people are told 202, and the sweep makes up for it", async () => {
  const down = arena().restartQStash(2);
  const jobs = await Promise.all([1, 2, 3].map((n) => arena().create(ava, `down-${n}`)));
  await down;
  for (const { id } of jobs) {
    const row = await ended(arena(), id);
    assertMadeOnce(row);
  }
});

test("QStash forgets every message that it had accepted: the sweep asks, and dispatches anew", async () => {
  const keys = [1, 2, 3].map((n) => `forgotten-${n}`);
  keys.forEach((key) => plan(key, [["deliver", faults.hang]]));
  const jobs = await Promise.all(keys.map((key) => arena().create(ava, key)));
  await until(async () =>
    (await Promise.all(jobs.map(({ id }) => arena().read(id)))).every((row) =>
      row!.dispatched_at !== null
    )
  );
  await arena().restartQStash();
  for (const { id } of jobs) {
    const row = await ended(arena(), id);
    assertMadeOnce(row, 2);
  }
});

test("a publish that is accepted and never answered is delivered once", async () => {
  const row = await run("answer-lost", [["publish", faults.neverAnswer]]);
  assertMadeOnce(row);
});

test("a publish that is slower than create-job waits is delivered once", async () => {
  const row = await run("slow", [["publish", faults.slow(1.5)]]);
  assertMadeOnce(row);
});

test("a publish that QStash refuses is repeated by the sweep", async () => {
  const row = await run("refused", [["publish", faults.refuse(500)], [
    "publish",
    faults.refuse(429),
  ]]);
  assertMadeOnce(row);
});

test("a message that is delivered twice at once makes one picture", async () => {
  const row = await run("twice", [["deliver", faults.repeat(2)]]);
  assertMadeOnce(row);
});

test("a message that is delivered 50 times at once makes one picture", async () => {
  for (let i = 0; i < many(1, 10); i++) {
    const row = await run(`fifty-${i}`, [["deliver", faults.repeat(50)]]);
    assertMadeOnce(row);
  }
});

test("a message that comes again after the end changes nothing", async () => {
  const row = await run("late", [[
    "deliver",
    faults.again(2, (late) => arena().late.push(late)),
  ]]);
  await Promise.all(arena().late);
  assertEquals(await arena().read(row.id), row);
  assertMadeOnce(row);
});

test("messages that come out of order, the first after the second, make one picture", async () => {
  const second = async () => {
    const { id } = await until(() => arena().accepted.find(({ key }) => key === "order"));
    await until(async () => (await arena().read(id))!.dispatch_count === 2, 30);
  };
  const row = await run("order", [["deliver", faults.believedThenLate(second)]]);
  assertMadeOnce(row, 2);
});

test("a delivery whose answer is lost is repeated, and finds the job done", async () => {
  const row = await run("delivery-lost", [["deliver", faults.loseAnswer]]);
  await arena().qstash.idle();
  assertMadeOnce(row);
  assertEquals(await arena().read(row.id), row);
});

testInvariants(arena);
