import { assertEquals } from "@std/assert";
import { asCall, help } from "./aim.ts";
import type { Call, Waiting } from "./calls.ts";
import type { Jobs } from "./database.ts";
import { Invariants } from "./invariants.ts";
import { apply } from "./lifecycle.ts";
import type { Seen } from "./names.ts";
import type { Operation } from "./operations.ts";
import type { Reached } from "./reached.ts";
import { State } from "./state.ts";

/** One sequence, step by step on both. */
export async function play(operations: Operation[], jobs: Jobs, reached: Reached) {
  const state = new State();
  const invariants = new Invariants();
  reached.sequences++;

  async function step(call: Call): Promise<unknown> {
    const said = apply(state, call);
    const { answer, seen } = await jobs.run(call);
    const what = `${said.cases.join("; ")}: ${JSON.stringify(call)}`;
    invariants.check(call, answer, seen);
    assertEquals(answer, said.answer, `the answer to ${what}`);
    assertEquals(seen, tables(state), `the tables after ${what}`);
    reached.count(call, said);
    return answer;
  }

  for (const operation of operations) {
    const answer = await step(asCall(operation, state));
    if (operation.call === "complete" && operation.twice) await step(asCall(operation, state));
    if (operation.call === "sweep") {
      for (const waiting of answer as Waiting[]) {
        for (const call of help(waiting, operation.queue)) await step(call);
      }
    }
    if (operation.call === "remove pictures" && !operation.stopped) {
      await step({ call: "forget", paths: answer as string[] });
    }
  }
}

/** The model's tables as the database shows its own. */
function tables(state: State): Seen {
  const byJob = (a: { job: number }, b: { job: number }) => a.job - b.job;
  const byPath = (a: { path: string }, b: { path: string }) => a.path < b.path ? -1 : 1;
  return {
    rows: state.all().sort(byJob),
    requests: [...state.requests].map(([job, { body: _, ...asked }]) => ({ job, ...asked })).sort(
      byJob,
    ),
    objects: [...state.objects].map(([path, object]) => ({ path, ...object })).sort(byPath),
  };
}
