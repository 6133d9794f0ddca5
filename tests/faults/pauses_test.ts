/**
 * The worker is paused with SIGSTOP at every step of an attempt, past the end of its lease, until another
 * has made the board. Then SIGCONT lets it go on. The fence must keep it from changing anything.
 */
import { assert, assertEquals } from "@std/assert";
import { many, report } from "../support/campaign.ts";
import { test, until } from "../support/test_stack.ts";
import { testInvariants } from "./support/check_invariants.ts";
import {
  delay,
  type Fault,
  type Intercepted,
  pauseAfter,
  pauseBefore,
} from "./support/fault_kinds.ts";
import { useFaultyStack, waitForEnd } from "./support/faulty_stack.ts";
import { jobIdOf, type JobStep } from "./support/job_steps.ts";

/** Four of them are paused at once, four others work. */
const system = useFaultyStack({ "process-job": 8 });
const times = many(1, 10);

const overtaken = ({ request }: Intercepted) => waitForEnd(system(), jobIdOf(request)!);
const moments: [string, JobStep, Fault][] = [
  ["drawing", "claim", pauseAfter(overtaken, 0.05)],
  ["drawn, before the upload", "upload", pauseBefore(overtaken)],
  ["uploaded", "upload", pauseAfter(overtaken)],
  ["before complete", "complete", pauseBefore(overtaken)],
];

/** The answers to the steps of the paused workers. */
const answers: Record<string, string[]> = {};
const recordAnswer = (moment: string, fault: Fault): Fault => (at, proceed) =>
  fault(at, async () => {
    const answer = await proceed();
    (answers[moment] ??= []).push(await answer.clone().text());
    return answer;
  });

test("a worker that is resumed after its lease changes nothing, wherever it was paused", async () => {
  const ava = await system().stack.person();
  for (let round = 0; round < times; round++) {
    await Promise.all(moments.map(async ([moment, step, fault], index) => {
      const key = `pause-${round}-${index}`;
      const injected = system().inject(key, step, recordAnswer(moment, fault));
      const { id } = await system().create(ava, key);
      await injected;
      const row = await waitForEnd(system(), id);
      assertEquals([moment, row.status], [moment, "complete"]);
      assert(row.attempts >= 2, "another attempt made it");
      // the first attempt goes on and logs how it ended
      const endings = ["attempt_stale", "attempt_failed"];
      await until(() =>
        system().stack.log.find(({ event, job_id, attempt }) =>
          endings.includes(event) && job_id === id && attempt === 1
        )
      );
      assertEquals(await system().read(id), row);
    }));
  }
  assertEquals(answers["before complete"], Array(times).fill('"stale"'), "the fence");
  await report("pauses", moments.map(([moment]) => ({ "paused": moment, "times": times })));
});

test("a worker that is resumed while another has the lease is told that it is stale", async () => {
  const ava = await system().stack.person();
  const takenOver = ({ request }: Intercepted) =>
    until(async () => (await system().read(jobIdOf(request)!))!.attempts === 2, 30);
  void system().inject("taken-over", "upload", delay(0));
  void system().inject("taken-over", "upload", delay(1)); // the second attempt works meanwhile
  const complete = recordAnswer("taken over", pauseBefore(takenOver));
  void system().inject("taken-over", "complete", complete);
  const { id } = await system().create(ava, "taken-over");
  assertEquals((await waitForEnd(system(), id)).status, "complete");
  assertEquals(answers["taken over"], ['"stale"'], "the fence");
});

testInvariants(system);
