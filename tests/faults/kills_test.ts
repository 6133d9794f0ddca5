/**
 * The worker is killed with SIGKILL at every step of an attempt, many times each. Half of the times
 * QStash hears of it and tries again, half of the times the message is lost and only the sweep helps.
 */
import { assertEquals } from "@std/assert";
import { many, random, report } from "../support/campaign.ts";
import { until } from "../support/rig.ts";
import { Arena, sweepInterval } from "./support/arena.ts";
import { type Fault, killAfter, killBefore, killSoonAfter } from "./support/faults.ts";
import { hurriedTiming as timing } from "./functions/_shared/hurried.ts";
import { changes } from "./support/history.ts";
import { clearUp, rest, verify } from "./support/invariants.ts";
import type { Step } from "./support/steps.ts";

const times = many(2, 80);
/** So many jobs are under way at once. */
const atOnce = 24;

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

/** The message that the dying worker was delivered is lost with it: QStash believes it arrived. */
const loseMessage: Fault = async (_moment, go) => {
  await go();
  return Response.json({ believed: "delivered" });
};

const waitFor = (arena: Arena, id: string) =>
  until(async () => {
    const row = await arena.rig.read(id);
    return row && ["complete", "failed"].includes(row.status) && row;
  }, 60);

Deno.test("a worker that is killed at any step of an attempt loses nothing and makes nothing twice", async () => {
  const arena = await Arena.start();
  try {
    const ava = await arena.rig.person();
    arena.startSweeping();
    const killed = new Map<string, { moment: string; help: string; at: number }>();

    const one = async (index: number) => {
      const [moment, step, fault] = moments[index % moments.length]!;
      const help = Math.floor(index / moments.length) % 2 === 0 ? "QStash" : "sweep";
      const key = `kill-${index}`;
      const struck = arena.plan(key, step, fault(random("kill", index)));
      if (help === "sweep") arena.plan(key, "deliver", loseMessage);
      const { id } = await arena.create(ava, key);
      await struck;
      killed.set(id, { moment, help, at: Date.now() });
      await waitFor(arena, id);
    };
    const jobs = Array.from({ length: moments.length * times }, (_, index) => index);
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let index = jobs.shift(); index !== undefined; index = jobs.shift()) await one(index);
    }));

    await rest(arena);
    await clearUp(arena);
    const { violations, ...counts } = await verify(arena);
    await report("kills", table(killed, await changes(arena.rig.sql)));
    await report("kills-findings", [{ kills: arena.kills.length, ...counts }]);
    assertEquals(violations, []);
    assertEquals(counts.accepted, killed.size);
  } finally {
    await arena.stop();
  }
});

/** For each moment of death, how long it took until a worker was at the job again. */
function table(
  killed: Map<string, { moment: string; help: string; at: number }>,
  history: Awaited<ReturnType<typeof changes>>,
) {
  const rows = new Map<string, number[]>();
  for (const [id, { moment, help, at }] of killed) {
    const again = history.find(({ id: other, at: when, was, became }) =>
      other === id && when.getTime() > at && was && became && became.attempts > was.attempts
    );
    const name = `${moment} | ${help}`;
    rows.set(name, [...rows.get(name) ?? [], again ? (again.at.getTime() - at) / 1000 : 0]);
  }
  return [...rows].map(([name, waits]) => {
    const [moment, help] = name.split(" | ") as [string, string];
    const sorted = waits.toSorted((a, b) => a - b);
    return {
      "killed": moment,
      "helped by": help,
      "times": waits.length,
      "again at work after, median": `${sorted[Math.floor(sorted.length / 2)]!.toFixed(1)} s`,
      "longest": `${sorted.at(-1)!.toFixed(1)} s`,
      "bound": `${(timing.lease + (help === "sweep" ? sweepInterval : 1))} s`,
    };
  });
}
