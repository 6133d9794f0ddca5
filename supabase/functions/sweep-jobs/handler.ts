import type { Deps } from "../_shared/deps.ts";
import type { Context } from "../_shared/endpoint.ts";
import { type RetryableError, StorageError } from "../_shared/errors.ts";
import { json } from "../_shared/http.ts";
import type { WaitingJob } from "../_shared/jobs.ts";
import { kindOf } from "../_shared/log.ts";
import { dispatch, isBusy, maxDispatches } from "../_shared/qstash/publish.ts";
import { qstashEndpoint } from "../_shared/qstash/receive.ts";

/** Jobs that are looked after at the same time. */
const jobsAtOnce = 10;

/** Calls of Storage in one sweep: enough to find by halving a few paths that it refuses. */
const maxRemovals = 50;

/** `postponed`: the next sweep looks after it, as QStash is busy or not the one that it was handed to. */
type Outcome = "dispatched" | "still_queued" | "gave_up" | "postponed" | "error";

/** What one sweep knows. */
interface Sweep extends Context {
  /** In milliseconds: when it ends. */
  until: number;
  /** Asks QStash; while it is busy, waits as long as it says, and not past the end. */
  ask<T>(call: () => Promise<T>): Promise<T>;
  /** Whether QStash's word that it does not know a message counts. */
  knowsUs(): Promise<boolean>;
}

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
      postponed: count("postponed"),
      errors: count("error"),
      boards_removed: await removeBoards(context),
    };
    context.log("swept", swept);
    return json(200, swept);
  });

/** Batch after batch, until none is left, something fails or has to wait, or `timing.sweep` is over. */
async function sweepWaitingJobs(context: Context): Promise<Outcome[]> {
  const { jobs, now, timing } = context;
  const sweep = startSweep(context, now() + timing.sweep * 1000);
  const outcomes: Outcome[] = [];
  let batch: WaitingJob[];
  const goesOn = () => now() < sweep.until && !outcomes.includes("postponed");
  do {
    batch = await jobs.sweep(timing.silence);
    for (let i = 0; i < batch.length && goesOn(); i += jobsAtOnce) {
      const some = batch.slice(i, i + jobsAtOnce);
      outcomes.push(...await Promise.all(some.map((job) => sweepJob(sweep, job))));
    }
  } while (batch.length > 0 && !outcomes.includes("error") && goesOn());
  return outcomes;
}

function startSweep(context: Context, until: number): Sweep {
  let known: Promise<boolean> | undefined;
  const sweep: Sweep = {
    ...context,
    until,
    async ask(call) {
      while (true) {
        try {
          return await call();
        } catch (error) {
          const { seconds = 1 } = error as RetryableError; // QStash's limit is of calls a second
          if (!isBusy(error) || context.now() + seconds * 1000 > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        }
      }
    },
    knowsUs: () => known ??= findOurselves(sweep),
  };
  return sweep;
}

/**
 * A QStash of another region or account answers 404 about each message of ours, as if it was lost. The one
 * that calls this sweep holds the message that it is delivering, and the schedule that it came from.
 */
async function findOurselves({ req, queue, ask, log }: Sweep): Promise<boolean> {
  const messageId = req.headers.get("upstash-message-id");
  const scheduleId = req.headers.get("upstash-schedule-id");
  if (messageId && await ask(() => queue.holds(messageId))) return true;
  if (scheduleId && await ask(() => queue.holds(scheduleId, "schedules"))) return true;
  const help = "QSTASH_URL and QSTASH_TOKEN are not of the QStash that calls this function";
  log("qstash_differs", { help });
  return false;
}

async function sweepJob(sweep: Sweep, job: WaitingJob): Promise<Outcome> {
  const { jobs, queue, ask, log } = sweep;
  const { job_id, dispatch_count, waiting_message_id } = job;
  try {
    if (waiting_message_id) {
      if (await ask(() => queue.holds(waiting_message_id))) {
        // a long queue, not a lost message: look again after another `timing.silence`
        await jobs.recordDispatch(job_id, dispatch_count, waiting_message_id);
        return "still_queued";
      }
      if (!await sweep.knowsUs()) return "postponed";
    }
    if (dispatch_count >= maxDispatches) {
      await jobs.giveUp(job_id, "gave_up");
      log("job_given_up", { job_id });
      return "gave_up";
    }
  } catch (error) {
    log("sweep_failed", { job_id, error: kindOf(error) });
    return isBusy(error) ? "postponed" : "error";
  }
  return await dispatch(sweep, job_id, dispatch_count + 1);
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
