import type { Context } from "../_shared/endpoint.ts";
import {
  HttpError,
  misconfigured,
  PermanentError,
  RetryableError,
  StorageError,
} from "../_shared/errors.ts";
import { json } from "../_shared/http.ts";
import type { ClaimedJob } from "../_shared/jobs.ts";
import { kindOf, type Log } from "../_shared/log.ts";
import { type Delivery, nonRetryable, readDelivery } from "../_shared/qstash/delivery.ts";
import { isLastAttempt, maxAttempts } from "../_shared/qstash/publish.ts";
import { qstashEndpoint } from "../_shared/qstash/receive.ts";
import { within } from "../_shared/timing.ts";
import { boardMaker, type MakeBoard, type ProcessDeps } from "./make_board.ts";

/**
 * POST /process-job, called by QStash: claims the job, makes the board, uploads it, completes the job
 * under the same lease token.
 * 200: done, or there is nothing left to do. 503: another attempt holds a live lease. 500: this attempt
 * failed and may be retried. 489: it can never succeed.
 *
 * When the platform is about to end the isolate, its attempts give their leases back, so that the next
 * delivery need not wait until they run out.
 */
export const processJob = (deps: ProcessDeps) => {
  const makeBoard = boardMaker(deps);
  const attempts = new Set<AbortController>();
  deps.onUnload(() => attempts.forEach((attempt) => attempt.abort()));
  return qstashEndpoint(deps, "process-job", async (context, body) => {
    const { jobs, timing, log } = context;
    const delivery = readDelivery(context.req, body);
    if (!delivery) {
      log("message_refused");
      throw nonRetryable("invalid_message", "The message does not name a job.");
    }
    const { job_id } = delivery;
    const job = await jobs.claim(delivery, timing.lease, maxAttempts);
    if (job.outcome === "busy") {
      log("job_busy", { job_id });
      throw new HttpError("busy", "Another attempt is at work on this job.")
        .retryAfter(job.retry_after);
    }
    if (job.outcome !== "claimed") {
      log("nothing_to_do", { job_id, status: job.outcome });
      return json(200, { job_id, status: job.outcome });
    }
    const abort = new AbortController();
    attempts.add(abort);
    return await attempt(context, delivery, job, makeBoard, abort)
      .finally(() => attempts.delete(abort));
  });
};

async function attempt(
  context: Context,
  delivery: Delivery,
  job: ClaimedJob,
  makeBoard: MakeBoard,
  abort: AbortController,
): Promise<Response> {
  const { boards, now, timing } = context;
  const { job_id } = delivery;
  const log: Log = (event, fields) =>
    context.log(event, { job_id, attempt: job.attempt, ...fields });
  log("job_claimed");
  const started = now();
  let outcome: "complete" | "stale";
  try {
    const work = finishJob({ ...context, log }, delivery, job, makeBoard, abort.signal);
    outcome = await within(timing.attempt, work, abort.signal);
  } catch (error) {
    abort.abort(); // before the job is anybody else's
    throw await endAttempt({ ...context, log }, job_id, job, error);
  }
  log(outcome === "complete" ? "job_completed" : "attempt_stale", { ms: now() - started });
  if (outcome === "complete") return json(200, { job_id, status: "complete" });
  // no row will ever name this attempt's board; if this fails, the sweep removes it
  await boards.remove([job.path]).catch(() => {});
  throw stale(context);
}

/** Makes and uploads the board, and completes the job. `stale` if the lease is not ours any more. */
async function finishJob(
  context: Context,
  { job_id, retried }: Delivery,
  job: ClaimedJob,
  makeBoard: MakeBoard,
  signal: AbortSignal,
) {
  const { jobs, boards, log } = context;
  const last = isLastAttempt(job.attempt, retried);
  const { bytes, missing } = await makeBoard(job, { context, last, signal });
  log("board_drawn", { bytes: bytes.length, missing });
  await boards.upload(job.path, bytes);
  const url = await boards.link(job.path, secondsToExpiry(job.expires_at, context));
  return await jobs.complete(job_id, job.lease_token, job.path, url);
}

/** A link lives as long as its row; that of a row that never expires lives for the configured time. */
function secondsToExpiry(expiresAt: string | null, { now, config }: Context): number {
  const seconds = Math.floor((Date.parse(expiresAt ?? "never") - now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(60, seconds) : config.jobTtlDays * 86_400;
}

/**
 * Ends an attempt that failed: fails the job if it can never succeed, else releases it for the next one.
 * @returns the answer to QStash
 */
async function endAttempt(
  context: Context,
  jobId: string,
  job: ClaimedJob,
  error: unknown,
): Promise<HttpError> {
  const { jobs, log } = context;
  const problem = error instanceof StorageError ? error.problem : undefined;
  if (problem) log("misconfigured", { problem });
  const permanent = problem ? misconfigured("storage", problem) : error;
  log("attempt_failed", { permanent: permanent instanceof PermanentError, error: kindOf(error) });
  if (permanent instanceof PermanentError) {
    const { code, message } = permanent;
    const outcome = await jobs.fail(jobId, job.lease_token, code, message);
    return outcome === "stale" ? stale(context) : nonRetryable(code, message);
  }
  // if even this fails, the lease runs out and the sweep puts the job back
  await jobs.release(jobId, job.lease_token).catch(() => log("release_failed"));
  const failed = new HttpError("attempt_failed", "This attempt failed; the next may succeed.");
  return error instanceof RetryableError && error.seconds !== undefined
    ? failed.retryAfter(error.seconds)
    : failed;
}

/** Not 200: the attempt that took over may have died since. */
const stale = ({ timing }: Context) =>
  new HttpError("stale", "Another attempt took the job over, or it has ended.")
    .retryAfter(timing.retry);
