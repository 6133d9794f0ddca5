import type { Claim } from "../_shared/answers.ts";
import type { BoardInput } from "../_board/mod.ts";
import type { Call } from "../_shared/endpoint.ts";
import { HttpError, json } from "../_shared/http.ts";
import { kindOf, type Log } from "../_shared/log.ts";
import { jobIdOf } from "../_shared/qstash/delivery.ts";
import { type BoardStore, boardStore } from "../_shared/board_store.ts";
import { dispatchHeader, isLastAttempt, maxAttempts } from "../_shared/qstash/publish.ts";
import { qstashEndpoint } from "../_shared/qstash/receive.ts";
import { within } from "../_shared/timing.ts";
import type { World } from "../_shared/deps.ts";
import { nonRetryable, PermanentError, RetryableError } from "./failures.ts";

/** A picture, and how many characters no font could draw. */
export interface Drawn {
  bytes: Uint8Array;
  contentType: string;
  missing: number;
}

/** What making a board needs beside what the person wrote. */
export interface Attempt extends Pick<Call, "supabase" | "config" | "now" | "timing"> {
  /** If this attempt fails, so does the job. */
  last: boolean;
  /** Aborted when the attempt has failed; its time may be over. */
  signal: AbortSignal;
  /** Lines with the job's id and the attempt's number. */
  log: Log;
}

export type Draw = (board: BoardInput, attempt: Attempt) => Promise<Drawn>;

/**
 * POST /process-job, called by QStash: claims the job, draws, uploads, completes under the same token.
 * 200: done, or there is nothing left to do. 503: another attempt holds a live lease. 500: this attempt
 * failed and may be retried. 489: it can never succeed.
 */
export const processJob = (world: World, draw: Draw) =>
  qstashEndpoint(world, "process-job", async (call, body) => {
    const jobId = jobIdOf(body);
    if (!jobId) {
      call.log("message_refused");
      throw nonRetryable("invalid_message", "The message does not name a job.");
    }
    const job = await call.jobs.claim(jobId, call.timing.lease, {
      messageId: call.req.headers.get("upstash-message-id"),
      dispatch: Number(call.req.headers.get(dispatchHeader)?.match(/^[1-9]$/)?.[0] ?? 1),
      maxAttempts,
    });
    if (job.outcome === "busy") {
      call.log("job_busy", { job_id: jobId });
      throw new HttpError(503, "busy", "Another attempt is at work on this job.").retryAfter(
        job.retry_after,
      );
    }
    if (job.outcome !== "claimed") {
      call.log("nothing_to_do", { job_id: jobId, status: job.outcome });
      return json(200, { job_id: jobId, status: job.outcome });
    }
    call.log("job_claimed", { job_id: jobId, attempt: job.attempt });
    return await attempt(call, jobId, job, draw);
  });

async function attempt(call: Call, jobId: string, job: Claim, draw: Draw): Promise<Response> {
  const started = call.now();
  const store = boardStore(call.supabase.supabaseAdmin, call.config);
  const over = new AbortController();
  try {
    const making = makeBoard(call, jobId, job, draw, store, over.signal);
    const outcome = await within(call.timing.attempt, making);
    call.log(outcome === "complete" ? "job_completed" : "attempt_stale", {
      job_id: jobId,
      attempt: job.attempt,
      ms: call.now() - started,
    });
    if (outcome === "complete") return json(200, { job_id: jobId, status: "complete" });
  } catch (error) {
    over.abort(); // before the job is anybody else's
    return await giveBack(call, jobId, job, error);
  }
  // nobody will ever name this attempt's picture; the sweep removes it otherwise
  await store.remove([job.path]).catch(() => {});
  throw overtaken(call);
}

/** Not 200: if another attempt has overtaken this one, it may have died since. */
const overtaken = (call: Call) =>
  new HttpError(503, "stale", "The job was taken over, or has ended, meanwhile.")
    .retryAfter(call.timing.retry);

/** The board from goals to a completed row. Says `stale` if the lease is not ours any more. */
async function makeBoard(
  call: Call,
  jobId: string,
  job: Claim,
  draw: Draw,
  store: BoardStore,
  signal: AbortSignal,
): Promise<string> {
  const { supabase, config, now, timing } = call;
  const log: Log = (event, fields) =>
    call.log(event, { job_id: jobId, attempt: job.attempt, ...fields });
  const retried = Number(call.req.headers.get("upstash-retried")?.match(/^\d{1,4}$/)?.[0] ?? 0);
  const board = await draw({
    goals: job.goals,
    name: job.name,
    rank_tag: job.rank_tag,
    theme: job.theme,
    date: new Date(job.created_at),
    size: config.boardSize,
  }, { supabase, config, now, timing, last: isLastAttempt(job.attempt, retried), signal, log });
  const { bytes, contentType, missing } = board;
  log("board_drawn", { bytes: bytes.length, missing });
  await store.upload(job.path, bytes, contentType);
  const url = await store.link(job.path, secondsToExpiry(job.expires_at, call));
  return await call.jobs.complete(jobId, job.lease_token, job.path, url);
}

/** A link lives as long as its row; that of a row that never expires lives for the configured time. */
function secondsToExpiry(expiresAt: string | null, call: Call): number {
  const seconds = Math.floor((Date.parse(expiresAt ?? "never") - call.now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(60, seconds) : call.config.jobTtlDays * 86_400;
}

/** The attempt failed: fails the job if it never can succeed, else puts it back for the next attempt. */
async function giveBack(
  call: Call,
  jobId: string,
  job: Claim,
  error: unknown,
): Promise<Response> {
  const permanent = error instanceof PermanentError;
  call.log("attempt_failed", {
    job_id: jobId,
    attempt: job.attempt,
    permanent,
    error: kindOf(error),
  });
  if (permanent) {
    const outcome = await call.jobs.fail(jobId, job.lease_token, error.failure);
    if (outcome === "stale") throw overtaken(call);
    throw nonRetryable(error.failure.code, error.failure.message);
  }
  // if even this fails, the lease runs out and the sweep puts the job back
  await call.jobs.release(jobId, job.lease_token).catch(() =>
    call.log("release_failed", { job_id: jobId })
  );
  const failed = new HttpError(
    500,
    "attempt_failed",
    "This attempt failed; the next one may succeed.",
  );
  throw error instanceof RetryableError && error.seconds !== undefined
    ? failed.retryAfter(error.seconds)
    : failed;
}
