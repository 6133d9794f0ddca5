import type { Deps } from "../_shared/deps.ts";
import type { Context } from "../_shared/endpoint.ts";
import { StorageError } from "../_shared/errors.ts";
import { json } from "../_shared/http.ts";
import type { WaitingJob } from "../_shared/jobs.ts";
import { kindOf } from "../_shared/log.ts";
import { dispatch, maxDispatches } from "../_shared/qstash/publish.ts";
import { qstashEndpoint } from "../_shared/qstash/receive.ts";

/** Jobs that are looked after at the same time. */
const jobsAtOnce = 10;

/** Calls of Storage in one sweep: enough to find by halving a few paths that it refuses. */
const maxRemovals = 50;

type Outcome = "dispatched" | "still_queued" | "gave_up" | "error";

/**
 * POST /sweep-jobs, on a QStash schedule: dispatches what never was, revives what a dead worker left
 * behind, gives up after three dispatches, deletes what expired, removes objects whose rows are gone.
 * Two may run at once. A job that cannot be helped does not keep the others waiting.
 */
export const sweepJobs = (deps: Deps) =>
  qstashEndpoint(deps, "sweep-jobs", async (context) => {
    const outcomes = await sweepWaitingJobs(context);
    const count = (outcome: Outcome) => outcomes.filter((o) => o === outcome).length;
    const swept = {
      dispatched: count("dispatched"),
      still_queued: count("still_queued"),
      gave_up: count("gave_up"),
      errors: count("error"),
      boards_removed: await removeBoards(context),
    };
    context.log("swept", swept);
    return json(200, swept);
  });

/** Batch after batch, until none is left, something fails, or `timing.sweep` is over. */
async function sweepWaitingJobs(context: Context): Promise<Outcome[]> {
  const { jobs, now, timing } = context;
  const until = now() + timing.sweep * 1000;
  const outcomes: Outcome[] = [];
  let batch: WaitingJob[];
  do {
    batch = await jobs.sweep(timing.silence);
    for (let i = 0; i < batch.length && now() < until; i += jobsAtOnce) {
      const some = batch.slice(i, i + jobsAtOnce);
      outcomes.push(...await Promise.all(some.map((job) => sweepJob(context, job))));
    }
  } while (batch.length > 0 && !outcomes.includes("error") && now() < until);
  return outcomes;
}

async function sweepJob(context: Context, job: WaitingJob): Promise<Outcome> {
  const { jobs, queue, log } = context;
  const { job_id, dispatch_count, waiting_message_id } = job;
  try {
    if (waiting_message_id && await queue.holds(waiting_message_id)) {
      // a long queue, not a lost message: look again after another `timing.silence`
      await jobs.recordDispatch(job_id, dispatch_count, waiting_message_id);
      return "still_queued";
    }
    if (dispatch_count >= maxDispatches) {
      await jobs.giveUp(job_id, "gave_up");
      log("job_given_up", { job_id });
      return "gave_up";
    }
  } catch (error) {
    log("sweep_failed", { job_id, error: kindOf(error) });
    return "error";
  }
  return await dispatch(context, job_id, dispatch_count + 1) ? "dispatched" : "error";
}

/**
 * First the objects, then the ledger: if this stops in between, the next sweep does it again.
 * @returns how many boards were removed
 */
async function removeBoards({ jobs, boards, log }: Context): Promise<number> {
  const batches = [await jobs.listRemovableBoards()];
  let removed = 0;
  for (let calls = 0; batches.length > 0 && calls < maxRemovals; calls++) {
    const paths = batches.pop()!;
    if (paths.length === 0) continue;
    try {
      await boards.remove(paths);
      await jobs.forgetBoards(paths);
      removed += paths.length;
    } catch (error) {
      log("removal_failed", { paths: paths.length, error: kindOf(error) });
      if (!(error instanceof StorageError && error.refused)) break; // for all of them: the next sweep
      // one path that Storage refuses must not keep the others for ever: halving finds it
      const half = Math.ceil(paths.length / 2);
      if (paths.length > 1) batches.push(paths.slice(half), paths.slice(0, half));
    }
  }
  return removed;
}
