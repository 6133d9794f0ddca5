/** QStash as networks make it: down, slow, forgetful, and saying everything twice. */
import { assertEquals } from "@std/assert";
import { many } from "../support/campaign.ts";
import { type Person, test, until } from "../support/rig.ts";
import * as faults from "./support/faults.ts";
import { ended, testInvariants, useArena } from "./support/use_arena.ts";

const arena = useArena();
let ava: Person;
Deno.test.beforeAll(async () => void (ava = await arena().rig.person()));

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
const drawn = (id: string) =>
  arena().rig.log.filter(({ event, job_id }) => event === "board_drawn" && job_id === id).length;

test("while QStash is down people are told 202, and the sweep makes up for it", async () => {
  const down = arena().restartQStash(2);
  const jobs = await Promise.all([1, 2, 3].map((n) => arena().create(ava, `down-${n}`)));
  await down;
  for (const { id } of jobs) {
    const row = await ended(arena(), id);
    assertEquals([row.status, row.attempts, row.dispatch_count], ["complete", 1, 1]);
  }
});

test("QStash forgets every message that it had accepted: the sweep asks, and dispatches anew", async () => {
  const keys = [1, 2, 3].map((n) => `forgotten-${n}`);
  keys.forEach((key) => plan(key, [["deliver", faults.hang]]));
  const jobs = await Promise.all(keys.map((key) => arena().create(ava, key)));
  await until(async () =>
    (await Promise.all(jobs.map(({ id }) => arena().rig.read(id)))).every((row) =>
      row!.dispatched_at !== null
    )
  );
  await arena().restartQStash();
  for (const { id } of jobs) {
    const row = await ended(arena(), id);
    assertEquals([row.status, row.attempts, row.dispatch_count], ["complete", 1, 2]);
  }
});

test("a publish that is accepted and never answered is delivered once", async () => {
  const row = await run("answer-lost", [["publish", faults.neverAnswer]]);
  assertEquals([row.status, row.attempts, row.dispatch_count], ["complete", 1, 1]);
});

test("a publish that is slower than create-job waits is delivered once", async () => {
  const row = await run("slow", [["publish", faults.slow(1.5)]]);
  assertEquals([row.status, row.attempts, row.dispatch_count], ["complete", 1, 1]);
});

test("a publish that QStash refuses is repeated by the sweep", async () => {
  const row = await run("refused", [["publish", faults.refuse(500)], [
    "publish",
    faults.refuse(429),
  ]]);
  assertEquals([row.status, row.attempts, row.dispatch_count], ["complete", 1, 1]);
});

test("a message that is delivered twice at once makes one picture", async () => {
  const row = await run("twice", [["deliver", faults.repeat(2)]]);
  assertEquals([row.status, row.attempts, drawn(row.id)], ["complete", 1, 1]);
});

test("a message that is delivered 50 times at once makes one picture", async () => {
  for (let i = 0; i < many(1, 10); i++) {
    const row = await run(`fifty-${i}`, [["deliver", faults.repeat(50)]]);
    assertEquals([row.status, row.attempts, drawn(row.id)], ["complete", 1, 1]);
  }
});

test("a message that comes again after the end changes nothing", async () => {
  const row = await run("late", [[
    "deliver",
    faults.again(2, (late) => arena().late.push(late)),
  ]]);
  await Promise.all(arena().late);
  assertEquals(await arena().rig.read(row.id), row);
  assertEquals(drawn(row.id), 1);
});

test("messages that come out of order, the first after the second, make one picture", async () => {
  const second = async () => {
    const { id } = await until(() => arena().accepted.find(({ key }) => key === "order"));
    await until(async () => (await arena().rig.read(id))!.dispatch_count === 2, 30);
  };
  const row = await run("order", [["deliver", faults.believedThenLate(second)]]);
  assertEquals([row.status, row.dispatch_count], ["complete", 2]);
  assertEquals([row.attempts, drawn(row.id)], [1, 1]);
});

test("a delivery whose answer is lost is repeated, and finds the job done", async () => {
  const row = await run("delivery-lost", [["deliver", faults.loseAnswer]]);
  await arena().qstash.idle();
  assertEquals([row.status, row.attempts, drawn(row.id)], ["complete", 1, 1]);
  assertEquals(await arena().rig.read(row.id), row);
});

testInvariants(arena);
