/**
 * Jobs with faults dealt at random, from a seed: up to three in the way of each job, and now and then
 * one that hits all at once. The seed decides what goes wrong, for whom and at which step; how the steps
 * of different jobs interleave is the machine's. All must converge.
 */
import { assertEquals } from "@std/assert";
import { many, random, report, seed } from "../support/campaign.ts";
import { type Person, test } from "../support/test_stack.ts";
import { Arena } from "./support/arena.ts";
import { deal } from "./support/deck.ts";
import { refuse } from "./support/faults.ts";
import { clearUp, rest, verify } from "./support/invariants.ts";

const jobs = many(40, 1000);
/** So many are under way at once. */
const atOnce = 25;
/** One in so many jobs brings a fault that hits all. */
const every = 20;

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

/** What hits everybody. */
const disasters: Record<string, (arena: Arena, next: () => number) => Promise<void>> = {
  "Postgres killed": (arena, next) => arena.restartPostgres(next()),
  "QStash killed, and all it held": (arena, next) => arena.restartQStash(next()),
  "Storage down": async (arena, next) => {
    arena.everywhere.set("upload", refuse(503));
    await seconds(next() * 2);
    arena.everywhere.delete("upload");
  },
  "five sweeps at once": async (arena) => {
    await Promise.all([1, 2, 3, 4, 5].map(() => arena.sweep()));
  },
};

test(`jobs with random faults all end, and leave nothing behind (seed ${seed})`, async () => {
  const arena = await Arena.start();
  const struck: Record<string, number> = {};
  const count = (what: string) => void (struck[what] = (struck[what] ?? 0) + 1);
  try {
    const people = await Promise.all([1, 2, 3, 4].map(() => arena.stack.person()));
    arena.startSweeping();
    let disaster = Promise.resolve();
    const one = async (index: number) => {
      const next = random("job", index);
      const owner = people[index % people.length]!;
      const key = `random-${index}`;
      for (const { name, step, fault } of deal(next, arena)) {
        void arena.plan(key, step, fault).then(() => count(`${name}, ${step}`));
      }
      if (index % every === every - 1) {
        const names = Object.keys(disasters);
        const name = names[Math.floor(next() * names.length)]!;
        disaster = disaster.then(() => disasters[name]!(arena, next));
        disaster.then(() => count(name));
      }
      await live(arena, owner, key, next, count);
    };
    const line = Array.from({ length: jobs }, (_, index) => index);
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let index = line.shift(); index !== undefined; index = line.shift()) await one(index);
    }));
    await disaster;

    await rest(arena);
    await clearUp(arena);
    const { violations, ...counts } = await verify(arena);
    await report("random", [{ seed, ...counts, kills: arena.kills }]);
    await report(
      "random-faults",
      Object.entries(struck).toSorted(([a], [b]) => a.localeCompare(b))
        .map(([fault, times]) => ({ fault, times })),
    );
    assertEquals(violations, []);
    assertEquals(counts.accepted, jobs);
  } catch (error) {
    console.error(error); // Deno shows it only when all files are done
    throw error;
  } finally {
    await arena.stop();
  }
});

/** What the person does: most wait; some click twice, some change their mind. */
async function live(
  arena: Arena,
  owner: Person,
  key: string,
  next: () => number,
  count: (what: string) => void,
) {
  const whim = next();
  if (whim < 0.1) {
    count("clicked twice");
    const [one, two] = await Promise.all([arena.create(owner, key), arena.create(owner, key)]);
    assertEquals(one.id, two.id);
    arena.accepted.splice(arena.accepted.indexOf(two), 1);
    return;
  }
  const { id } = await arena.create(owner, key);
  if (whim > 0.95) {
    await seconds(next());
    count("deleted by its owner");
    const jobs = owner.supabase.from("vision_board_jobs");
    for (let error: unknown = true; error;) {
      // a connection of the local stack that died with Postgres may never answer
      const patience = AbortSignal.timeout(3_000);
      ({ error } = await jobs.delete().eq("id", id).abortSignal(patience));
    }
    arena.deleted.add(id);
  }
}
