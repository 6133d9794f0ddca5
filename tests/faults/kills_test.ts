/**
 * The worker is killed with SIGKILL at every step of an attempt, many times each. Half of the times
 * QStash hears of it and tries again, half of the times the message is lost and only the sweep helps.
 */
import { assertEquals } from "@std/assert";
import { many, random, report } from "../support/campaign.ts";
import { Arena, sweepInterval } from "./support/arena.ts";
import { believed, type Fault, killAfter, killBefore, killSoonAfter } from "./support/faults.ts";
import { hurriedTiming as timing } from "./functions/_shared/hurried.ts";
import { type Change, changes } from "./support/history.ts";
import { clearUp, rest, verify } from "./support/invariants.ts";
import type { Step } from "./support/steps.ts";
import { ended } from "./support/use_arena.ts";

const times = many(2, 80);
/** So many jobs are under way at once. */
const atOnce = 20;

/** Where the worker is when it dies. */
const moments: [string, Step, (next: () => number) => Fault][] = [
  ["before the claim", "claim", () => killBefore],
  ["claimed, not yet told", "claim", () => killAfter],
  ["drawing", "claim", (next) => killSoonAfter(0.005 + next() * 0.15)],
  ["drawn, before the upload", "upload", () => killBefore],
  ["uploaded, not yet told", "upload", () => killAfter],
  ["link signed, not yet told", "link", () => killAfter],
  ["before complete", "complete", () => killBefore],
  ["completed, not yet told", "complete", () => killAfter],
];

interface Death {
  id: string;
  moment: string;
  /** Who brings the job back: QStash, which saw the connection break, or the sweep, if the message is lost too. */
  help: string;
  /** Milliseconds. */
  at: number;
}

Deno.test("a worker that is killed at any step of an attempt loses nothing and makes nothing twice", async () => {
  const arena = await Arena.start();
  try {
    const ava = await arena.stack.person();
    arena.startSweeping();
    const deaths: Death[] = [];
    const one = async (index: number) => {
      const [moment, step, makeFault] = moments[index % moments.length]!;
      const help = Math.floor(index / moments.length) % 2 === 0 ? "QStash" : "sweep";
      const key = `kill-${index}`;
      const fault = makeFault(random("kill", index));
      const died = Promise.withResolvers<number>();
      void arena.plan(key, step, async (at, go) => {
        const answer = await fault(at, go);
        died.resolve(Date.now());
        return answer;
      });
      if (help === "sweep") void arena.plan(key, "deliver", believed);
      const { id } = await arena.create(ava, key);
      await ended(arena, id, 120);
      // a job whose worker died with a neighbour's may end before it gets there
      const never = new Promise<undefined>((resolve) => setTimeout(resolve, 2_000, undefined));
      const at = await Promise.race([died.promise, never]);
      if (at) deaths.push({ id, moment, help, at });
    };
    const jobs = Array.from({ length: moments.length * times }, (_, index) => index);
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let index = jobs.shift(); index !== undefined; index = jobs.shift()) await one(index);
    }));

    await rest(arena);
    await clearUp(arena);
    const { violations, ...counts } = await verify(arena);
    await report("kills", table(deaths, await changes(arena.sql)));
    await report("kills-findings", [{ kills: arena.kills, ...counts }]);
    assertEquals(violations, []);
    assertEquals(counts.accepted, moments.length * times);
  } catch (error) {
    console.error(error); // Deno shows it only when all files are done
    throw error;
  } finally {
    await arena.stop();
  }
});

/** For each moment of death, how long it took until a worker was at the job again. */
function table(deaths: Death[], history: Change[]) {
  const groups = Map.groupBy(deaths, ({ moment, help }) => `${help} ${moment}`);
  return [...groups.values()].map((group) => {
    const { moment, help } = group[0]!;
    const waits = group.map(({ id, at }) => {
      const again = history.find((change) =>
        change.id === id && change.at.getTime() > at && change.was && change.became &&
        change.became.attempts > change.was.attempts
      );
      return again && (again.at.getTime() - at) / 1000;
    }).filter((wait) => wait !== undefined).sort((a, b) => a - b);
    const show = (wait: number | undefined) =>
      wait === undefined ? "not needed" : `${wait.toFixed(1)} s`;
    return {
      "killed": moment,
      "brought back by": help,
      "times": group.length,
      "again at work after": show(waits[Math.floor(waits.length / 2)]),
      "at the latest": show(waits.at(-1)),
      "bound": bound(moment, help),
    };
  }).sort((a, b) => order(a) - order(b));
}

const order = (row: { killed: string; "brought back by": string }) =>
  moments.findIndex(([moment]) => moment === row.killed) * 2 +
  Number(row["brought back by"] === "sweep");

/** As docs/reliability.md has it. */
function bound(moment: string, help: string): string {
  if (moment.startsWith("completed")) return "not needed";
  if (moment === "before the claim") {
    return help === "QStash" ? "the next retry" : `T + S = ${timing.stale + sweepInterval} s`;
  }
  return help === "QStash"
    ? `L + 1 s = ${timing.lease + 1} s`
    : `L + S = ${timing.lease + sweepInterval} s`;
}
