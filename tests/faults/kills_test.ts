/**
 * The worker is killed with SIGKILL at every step of an attempt, many times each. Half of the times QStash
 * sees the connection break and retries; the other half the message is lost, and only the sweep can help.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { assertEquals } from "@std/assert";
import { many, random, report } from "../support/campaign.ts";
import { test } from "../support/test_stack.ts";
import { shortTiming } from "./functions/_shared/short_timing.ts";
import { type Change, readChangeLog } from "./support/change_log.ts";
import { settleAndCheck } from "./support/check_invariants.ts";
import {
  type Fault,
  hideFailure,
  killAfter,
  killAfterDelay,
  killBefore,
} from "./support/fault_kinds.ts";
import {
  runConcurrently,
  sweepInterval,
  useFaultyStack,
  waitForEnd,
} from "./support/faulty_stack.ts";
import type { JobStep } from "./support/job_steps.ts";

const times = many(2, 80);

/** Where the worker is when it is killed. */
const moments: [string, JobStep, (next: () => number) => Fault][] = [
  ["before the claim", "claim", () => killBefore],
  ["claimed, not yet told", "claim", () => killAfter],
  ["drawing", "claim", (next) => killAfterDelay(0.005 + next() * 0.15)],
  ["drawn, before the upload", "upload", () => killBefore],
  ["uploaded, not yet told", "upload", () => killAfter],
  ["link signed, not yet told", "link", () => killAfter],
  ["before complete", "complete", () => killBefore],
  ["completed, not yet told", "complete", () => killAfter],
];

interface Kill {
  id: string;
  moment: string;
  /** Who brings the job back. */
  recovery: "QStash" | "sweep";
  /** Milliseconds. */
  at: number;
}

const system = useFaultyStack();

test("a worker killed at any step of an attempt loses no job and completes none twice", async () => {
  const ava = await system().stack.person();
  const kills: Kill[] = [];
  await runConcurrently(moments.length * times, 20, async (index) => {
    const [moment, step, makeFault] = moments[index % moments.length]!;
    const recovery = Math.floor(index / moments.length) % 2 === 0 ? "QStash" : "sweep";
    const key = `kill-${index}`;
    const fault = makeFault(random("kill", index));
    const killed = Promise.withResolvers<number>();
    void system().inject(key, step, async (at, proceed) => {
      const answer = await fault(at, proceed);
      killed.resolve(Date.now());
      return answer;
    });
    if (recovery === "sweep") void system().inject(key, "deliver", hideFailure);
    const { id } = await system().create(ava, key);
    await waitForEnd(system(), id, 120);
    // a job whose worker was killed together with another's may end before its own kill
    const at = await Promise.race([killed.promise, sleep(2_000, undefined)]);
    if (at) kills.push({ id, moment, recovery, at });
  });

  const { violations, ...counts } = await settleAndCheck(system());
  await report("kills", table(kills, await readChangeLog(system().sql)));
  await report("kills-findings", [{ kills: system().kills, ...counts }]);
  assertEquals(violations, []);
  assertEquals(counts.accepted, moments.length * times);
});

/** For each moment, how long it took until a worker started the job again. */
function table(kills: Kill[], log: Change[]) {
  return moments.flatMap(([moment]) =>
    (["QStash", "sweep"] as const).map((recovery) => {
      const group = kills.filter((kill) => kill.moment === moment && kill.recovery === recovery);
      const waits = group.map(({ id, at }) => {
        const again = log.find(({ before, after, ...change }) =>
          change.id === id && change.at.getTime() > at && before && after &&
          after.attempts > before.attempts
        );
        return again && (again.at.getTime() - at) / 1000;
      }).filter((wait) => wait !== undefined).sort((a, b) => a - b);
      const show = (wait: number | undefined) => wait ? `${wait.toFixed(1)} s` : "not needed";
      return {
        "killed": moment,
        "brought back by": recovery,
        "times": group.length,
        "started again after": show(waits[Math.floor(waits.length / 2)]),
        "at the latest": show(waits.at(-1)),
        "bound": bound(moment, recovery),
      };
    })
  );
}

/** As in docs/reliability.md; a machine under load takes longer. */
function bound(moment: string, recovery: Kill["recovery"]): string {
  const { lease, silence } = shortTiming;
  if (moment.startsWith("completed")) return "not needed";
  const [byRetry, bySweep] = moment === "before the claim"
    ? ["the next retry", `T + S = ${silence + sweepInterval} s`]
    : [`L + 1 s = ${lease + 1} s`, `L + S = ${lease + sweepInterval} s`];
  return recovery === "QStash" ? byRetry : bySweep;
}
