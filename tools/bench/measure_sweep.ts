/** What a sweep costs among millions of rows: with nothing to do, and with much. */
import type { Jobs } from "../../supabase/functions/_shared/jobs.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { addHelpless, fill, jobsOn, openStack } from "./bench_stack.ts";
import { type Bench, newTable, short, takeTurns, timed } from "./rounds.ts";

const NOTE =
  'Under the statement timeout of hosted Supabase, 8 s; "too long" is what it cancelled. ' +
  "Of the jobs to help, 40 % were never dispatched, 30 % have a dead worker, 30 % expired. A step " +
  "helps at most 1,000 of each; what it lists is recorded as dispatched, ten at a time, until " +
  "nothing is left.";

export async function measure(bench: Bench) {
  const stack = await openStack(bench);
  const service = stack.asService(10, { statement_timeout: "8s" });
  bench.defer(() => service.end());
  const jobs = await jobsOn(service);
  const { helped, unowned } = bench;
  const rows = bench.rows.at(-1)!;
  const table = newTable("The sweep in SQL, in ms", NOTE);
  const measureAmong = (what: string) =>
    takeTurns(bench, `Sweeping ${what}`, {
      [`nothing to do among ${what}`]: () => sweep(jobs),
      [`${short(helped)} jobs to help among ${what}`]: async () => {
        const third = helped * 0.3;
        await addHelpless(stack.sql, { outbox: helped * 0.4, dead: third, expired: third });
        const taken = await sweep(jobs);
        await stack.sql`
          update public.vision_board_jobs set status = 'failed', error_message = 'The round is over.'
          where status in ('pending', 'processing')`;
        return taken;
      },
    }, {
      first: [table, "the first step"],
      longest: [table, "the longest step"],
      all: [table, "all, dispatches recorded"],
    });
  await fill(stack, bench, [0, rows]);
  await measureAmong(`${short(rows)} rows`);
  await fill(stack, bench, [0, unowned.sweep], true);
  await measureAmong(`${short(rows)} rows and ${short(unowned.sweep)} without an owner`);
  return [table];
}

/** Batch after batch as sweep-jobs does it, with a queue that takes everything. */
async function sweep(jobs: Jobs) {
  const steps: number[] = [];
  const all = await timed(async () => {
    for (let left = true; left;) {
      let batch: Awaited<ReturnType<Jobs["sweep"]>> = [];
      steps.push(await timed(async () => batch = await jobs.sweep(timing.silence)));
      for (let i = 0; i < batch.length; i += 10) {
        await Promise.all(
          batch.slice(i, i + 10).map(({ job_id, dispatch_count: count }) =>
            jobs.recordDispatch(job_id, count + 1, `msg_${job_id}`)
          ),
        );
      }
      left = batch.length > 0;
    }
    await jobs.listRemovableBoards();
  }).catch((error) => {
    if (error.code !== "57014") throw error; // query_canceled
    steps.push(Infinity);
    return Infinity;
  });
  return { first: steps[0]!, longest: Math.max(...steps), all };
}
