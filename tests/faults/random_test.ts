/**
 * Random faults from a seed: up to three for each job, and now and then one for all jobs at once. The seed
 * decides what goes wrong, for whom and at which step, but not how the steps of different jobs interleave.
 * All jobs must end.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { assertEquals } from "@std/assert";
import { many, random, report, seed } from "../support/campaign.ts";
import { type Person, test } from "../support/test_stack.ts";
import { settleAndCheck } from "./support/check_invariants.ts";
import { refuse } from "./support/fault_kinds.ts";
import { type FaultyStack, runConcurrently, useFaultyStack } from "./support/faulty_stack.ts";
import { randomFaults } from "./support/random_faults.ts";

const jobs = many(40, 1000);
/** Every so many jobs there is a fault for all jobs. */
const outageInterval = 20;

/** Faults for all jobs. */
const outages: Record<string, (system: FaultyStack, next: () => number) => Promise<void>> = {
  "Postgres killed": (system, next) => system.restartPostgres(next()),
  "QStash killed, and all it held": (system, next) => system.restartQStash(next()),
  "Storage down": async (system, next) => {
    system.allJobs.set("upload", refuse(503));
    await sleep(next() * 2 * 1000);
    system.allJobs.delete("upload");
  },
  "five sweeps at once": async (system) => {
    await Promise.all([1, 2, 3, 4, 5].map(() => system.sweep()));
  },
};

const system = useFaultyStack();

test(`all jobs with random faults end and leave nothing behind (seed ${seed})`, async () => {
  const injected: Record<string, number> = {};
  const count = (what: string) => void (injected[what] = (injected[what] ?? 0) + 1);
  const people = await Promise.all([1, 2, 3, 4].map(() => system().stack.person()));
  let outage = Promise.resolve();
  await runConcurrently(jobs, 25, async (index) => {
    const next = random("job", index);
    const owner = people[index % people.length]!;
    const key = `random-${index}`;
    for (const { name, step, fault } of randomFaults(next, system())) {
      void system().inject(key, step, fault).then(() => count(`${name}, ${step}`));
    }
    if (index % outageInterval === outageInterval - 1) {
      const names = Object.keys(outages);
      const name = names[Math.floor(next() * names.length)]!;
      outage = outage.then(() => outages[name]!(system(), next));
      outage.then(() => count(name));
    }
    await createAs(owner, key, next, count);
  });
  await outage;

  const { violations, ...counts } = await settleAndCheck(system());
  await report("random", [{ seed, ...counts, kills: system().kills }]);
  const sorted = Object.entries(injected).toSorted(([a], [b]) => a.localeCompare(b));
  await report("random-faults", sorted.map(([fault, times]) => ({ fault, times })));
  assertEquals(violations, []);
  assertEquals(counts.accepted, jobs);
});

/** Creates the job as a person does: some click twice, some delete it soon. */
async function createAs(
  owner: Person,
  key: string,
  next: () => number,
  count: (what: string) => void,
) {
  const choice = next();
  if (choice < 0.1) {
    count("clicked twice");
    const [one, two] = await Promise.all([
      system().create(owner, key),
      system().create(owner, key),
    ]);
    assertEquals(one.id, two.id);
    system().accepted.splice(system().accepted.indexOf(two), 1);
    return;
  }
  const { id } = await system().create(owner, key);
  if (choice > 0.95) {
    await sleep(next() * 1000);
    count("deleted by its owner");
    const jobs = owner.supabase.from("vision_board_jobs");
    for (let error: unknown = true; error;) {
      // a connection of the local stack that died with Postgres may never answer
      const deadline = AbortSignal.timeout(3_000);
      ({ error } = await jobs.delete().eq("id", id).abortSignal(deadline));
    }
    system().deleted.add(id);
  }
}
