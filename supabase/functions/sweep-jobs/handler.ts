import type { Waiting } from "../_shared/answers.ts";
import { dispatch } from "../_shared/dispatch.ts";
import type { Call } from "../_shared/endpoint.ts";
import { json } from "../_shared/http.ts";
import { kindOf } from "../_shared/log.ts";
import { type BoardStore, boardStore, StorageError } from "../_shared/board_store.ts";
import { maxDispatches, qstashQueue, type Queue } from "../_shared/qstash/publish.ts";
import { qstashEndpoint } from "../_shared/qstash/receive.ts";
import type { World } from "../_shared/deps.ts";

/** So many calls of QStash at once. */
const atOnce = 10;

type Outcome = "dispatched" | "still_queued" | "gave_up" | "error";

/**
 * POST /sweep-jobs, on a QStash schedule: dispatches what never was, revives what a dead worker left
 * behind, gives up after three dispatches, deletes what expired, removes objects whose rows are gone.
 * It may run twice at once. One job that cannot be helped does not keep the others from it.
 */
export const sweepJobs = (
  world: World,
  queueOf: typeof qstashQueue = qstashQueue,
  storeOf: typeof boardStore = boardStore,
) =>
  qstashEndpoint(world, "sweep-jobs", async (call) => {
    const outcomes = await helpWaiting(call, queueOf(call.config, call.timing));
    const count = (outcome: Outcome) => outcomes.filter((o) => o === outcome).length;
    const swept = {
      dispatched: count("dispatched"),
      still_queued: count("still_queued"),
      gave_up: count("gave_up"),
      errors: count("error"),
      boards_removed: await removePictures(
        call,
        storeOf(call.supabase.supabaseAdmin, call.config),
      ),
    };
    call.log("swept", swept);
    return json(200, swept);
  });

/** Batch after batch, until none is left, something fails, or its time is over. */
async function helpWaiting(call: Call, queue: Queue): Promise<Outcome[]> {
  const until = call.now() + call.timing.sweep * 1000;
  const outcomes: Outcome[] = [];
  let batch: Waiting[];
  do {
    batch = await call.jobs.sweep(call.timing.stale);
    for (let i = 0; i < batch.length && call.now() < until; i += atOnce) {
      const some = batch.slice(i, i + atOnce);
      outcomes.push(...await Promise.all(some.map((job) => help(call, queue, job))));
    }
  } while (batch.length > 0 && !outcomes.includes("error") && call.now() < until);
  return outcomes;
}

async function help(call: Call, queue: Queue, job: Waiting): Promise<Outcome> {
  try {
    if (job.waiting_message_id && await queue.holds(job.waiting_message_id)) {
      // a long queue, not a lost message: look again when it has been silent for as long once more
      await call.jobs.recordDispatch(job.job_id, job.dispatch_count, job.waiting_message_id);
      return "still_queued";
    }
    if (job.dispatch_count >= maxDispatches) {
      await call.jobs.giveUp(job.job_id, {
        code: "gave_up",
        message: "We tried many times and could not make this board. Please create it again.",
      });
      call.log("job_given_up", { job_id: job.job_id });
      return "gave_up";
    }
  } catch (error) {
    call.log("help_failed", { job_id: job.job_id, error: kindOf(error) });
    return "error";
  }
  const done = await dispatch(call, queue, job.job_id, job.dispatch_count + 1);
  return done ? "dispatched" : "error";
}

/** So many calls may a sweep spend on finding paths that Storage refuses. */
const maxRemovals = 50;

/** First the objects, then the ledger: if this stops in between, the next sweep does it again. */
async function removePictures(call: Call, store: BoardStore): Promise<number> {
  const batches = [await call.jobs.listRemovableBoards()];
  let removed = 0;
  for (let calls = 0; batches.length > 0 && calls < maxRemovals; calls++) {
    const paths = batches.pop()!;
    if (paths.length === 0) continue;
    try {
      await store.remove(paths);
      await call.jobs.forgetBoards(paths);
      removed += paths.length;
    } catch (error) {
      call.log("removal_failed", { paths: paths.length, error: kindOf(error) });
      // one path that Storage refuses must not keep the others for ever: it is found by halving
      const refused = error instanceof StorageError && error.status !== undefined &&
        error.status < 500;
      if (!refused) break;
      const half = Math.ceil(paths.length / 2);
      if (paths.length > 1) batches.push(paths.slice(half), paths.slice(0, half));
    }
  }
  return removed;
}
