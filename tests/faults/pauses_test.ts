/**
 * The worker is stopped with SIGSTOP at every step of an attempt, past its lease, until another has made
 * the board; then SIGCONT lets it go on as if nothing had been. The fence: it must change nothing.
 */
import { assert, assertEquals } from "@std/assert";
import { many, report } from "../support/campaign.ts";
import { test, until } from "../support/test_stack.ts";
import {
  type Fault,
  type Moment,
  pauseAfter,
  pauseBefore,
  pauseSoonAfter,
} from "./support/faults.ts";
import { jobOf, type Step } from "./support/steps.ts";
import { ended, testInvariants, useArena } from "./support/use_arena.ts";

/** Four of them sleep at once, four others work. */
const arena = useArena({ "process-job": 8 });
const times = many(1, 10);

const overtaken = ({ exchange }: Moment) => ended(arena(), jobOf(exchange)!);
const moments: [string, Step, Fault][] = [
  ["drawing", "claim", pauseSoonAfter(0.05, overtaken)],
  ["drawn, before the upload", "upload", pauseBefore(overtaken)],
  ["uploaded", "upload", pauseAfter(overtaken)],
  ["before complete", "complete", pauseBefore(overtaken)],
];

/** What the sleeper's step was answered in the end. */
const answers: Record<string, string[]> = {};
const noted = (moment: string, fault: Fault): Fault => (at, go) =>
  fault(at, async () => {
    const answer = await go();
    (answers[moment] ??= []).push(await answer.clone().text());
    return answer;
  });

test("a worker that wakes up after its lease changes nothing, wherever it was", async () => {
  const ava = await arena().stack.person();
  for (let round = 0; round < times; round++) {
    await Promise.all(moments.map(async ([moment, step, fault], index) => {
      const key = `pause-${round}-${index}`;
      const struck = arena().plan(key, step, noted(moment, fault));
      const { id } = await arena().create(ava, key);
      await struck;
      const row = await ended(arena(), id);
      assertEquals([moment, row.status], [moment, "complete"]);
      assert(row.attempts >= 2, "another attempt made it");
      // the first attempt wakes up, and says how it ended
      const woke = ["attempt_stale", "attempt_failed"];
      await until(() =>
        arena().stack.log.find(({ event, job_id, attempt }) =>
          woke.includes(event) && job_id === id && attempt === 1
        )
      );
      assertEquals(await arena().read(id), row);
    }));
  }
  assertEquals(answers["before complete"], Array(times).fill('"stale"'), "the fence");
  await report("pauses", moments.map(([moment]) => ({ "paused": moment, "times": times })));
});

testInvariants(arena);
