import { assertEquals } from "@std/assert";
import { resolve, sweepJob } from "./resolve.ts";
import type { Command, Waiting } from "./commands.ts";
import type { RealJobs } from "./real_jobs.ts";
import { TableInvariants } from "./table_invariants.ts";
import { apply } from "./lifecycle.ts";
import type { Tables } from "./labels.ts";
import type { Operation } from "./random_operations.ts";
import type { OutcomeCounts } from "./outcomes.ts";
import { State } from "./state.ts";

/** Runs one sequence on both the model and the database, and compares them after each command. */
export async function runSequence(operations: Operation[], jobs: RealJobs, counts: OutcomeCounts) {
  const state = new State();
  const invariants = new TableInvariants();
  counts.sequences++;

  async function step(command: Command): Promise<unknown> {
    const expected = apply(state, command);
    const { answer, tables } = await jobs.run(command);
    const what = `${expected.outcomes.join("; ")}: ${JSON.stringify(command)}`;
    invariants.check(command, answer, tables);
    assertEquals(answer, expected.answer, `the answer to ${what}`);
    assertEquals(tables, modelTables(state), `the tables after ${what}`);
    counts.add(command, expected);
    return answer;
  }

  for (const operation of operations) {
    const answer = await step(resolve(operation, state));
    if (operation.command === "complete" && operation.twice) await step(resolve(operation, state));
    if (operation.command === "sweep") {
      for (const waiting of answer as Waiting[]) {
        for (const command of sweepJob(waiting, operation.queue)) await step(command);
      }
    }
    if (operation.command === "remove boards" && !operation.stopped) {
      await step({ command: "forget", paths: answer as string[] });
    }
  }
}

/** The model's tables in the form of the database's. */
function modelTables(state: State): Tables {
  const byJob = (a: { job: number }, b: { job: number }) => a.job - b.job;
  const byPath = (a: { path: string }, b: { path: string }) => a.path < b.path ? -1 : 1;
  return {
    rows: state.all().sort(byJob),
    requests: [...state.requests].map(([job, { body: _, ...rest }]) => ({ job, ...rest })).sort(
      byJob,
    ),
    objects: [...state.objects].map(([path, object]) => ({ path, ...object })).sort(byPath),
  };
}
