import { Client } from "@upstash/qstash";
import { z } from "zod";
import type { Config } from "../config.ts";
import { retryable, RetryableError } from "../errors.ts";
import type { Jobs } from "../jobs.ts";
import { kindOf, type Log } from "../log.ts";
import { type Timing, within } from "../timing.ts";
import { writeMessage } from "./delivery.ts";

/**
 * The sweep's schedule at QStash: every five minutes, 288 messages a day. Every minute would be 1440,
 * more than the 1000 of QStash's free plan. https://upstash.com/pricing/qstash
 */
export const sweepSchedule = { scheduleId: "sweep-vision-board-jobs", cron: "*/5 * * * *" };

/** QStash delivers a message up to four times: at once, and after 10, 30 and 90 s. */
const retries = 3;

/** The sweep gives up a job that was dispatched this often and has not ended. */
export const maxDispatches = 3;

/** A job that was started this often is given up: something in it kills the worker. */
export const maxAttempts = maxDispatches * (1 + retries);

/**
 * Whether the job ends when this attempt fails: QStash has no retry left, or the job may not be started
 * again. (A dispatch that follows a dead worker has all its retries.)
 * @param attempt how often the job was started, this time included
 * @param retried how often QStash has retried the message
 */
export const isLastAttempt = (attempt: number, retried: number): boolean =>
  retried >= retries || attempt >= maxAttempts;

/** QStash's ids are `msg_` and some thirty letters. Anything else did not come from QStash. */
const messageIdFormat = z.string().regex(/^[\w-]{1,200}$/);

/** The queue, as far as jobs need it. */
export interface Queue {
  /**
   * Publishes a dispatch. Its number makes the deduplication id `<job id>-<dispatch>`: publishing it
   * again (an answer was lost, two sweeps ran) delivers it once; a new number is delivered anew.
   * @returns QStash's message id
   */
  publish(jobId: string, dispatch: number): Promise<string>;
  /**
   * Whether QStash has this message, still waiting, retrying or being delivered, or this schedule. It
   * forgets a message afterwards. A QStash of another region or account says no, too.
   * @throws RetryableError with the seconds after which it may be asked again, if it says them
   */
  holds(id: string, kind?: "messages" | "schedules"): Promise<boolean>;
}

/** Everything explicit: the SDK would otherwise let QSTASH_DEV swap URL, token and keys for public ones. */
export function qstashClient(qstash: Pick<Config["qstash"], "url" | "token">): Client {
  return new Client({
    baseUrl: qstash.url,
    token: qstash.token,
    devMode: false,
    enableTelemetry: false,
    retry: { retries: 1, backoff: () => 200 },
  });
}

/** The queue at QStash. Both calls throw after `timing.publish` seconds. */
export function qstashQueue(
  config: Pick<Config, "qstash" | "functionsUrl" | "functionsRegion" | "boardsAtOnce">,
  { timing, fetch, now }: { timing: Timing; fetch: typeof globalThis.fetch; now(): number },
): Queue {
  const { url, token } = config.qstash;
  const client = qstashClient(config.qstash);
  return {
    async publish(jobId, dispatch) {
      const published = await within(
        timing.publish,
        client.publishJSON({
          url: `${config.functionsUrl}/process-job`,
          ...writeMessage(jobId, dispatch, config.functionsRegion),
          deduplicationId: `${jobId}-${dispatch}`,
          retries,
          retryDelay: `${timing.retry * 1000} * pow(3, retried)`,
          timeout: timing.delivery,
          failureCallback: `${config.functionsUrl}/fail-job`,
          label: "vision-board",
          flowControl: { key: "vision-board", parallelism: config.boardsAtOnce },
        }),
      );
      return messageIdFormat.parse(published.messageId);
    },
    // not by the SDK: it hides Retry-After, and prints a line for each 404
    async holds(id, kind = "messages") {
      const response = await fetch(`${url}/v2/${kind}/${encodeURIComponent(id)}`, {
        headers: { Authorization: `Bearer ${token}` },
        redirect: "error",
        signal: AbortSignal.timeout(timing.publish * 1000),
      });
      const { ok, status, headers } = response;
      if (!ok) await response.body?.cancel();
      if (status === 404) return false;
      if (!ok) throw retryable(status, headers, now());
      const { messageId, scheduleId } = await response.json();
      if (![messageId, scheduleId].includes(id)) throw new RetryableError(undefined, status);
      return true;
    },
  };
}

/** Whether QStash was asked too often, or has no messages left for today. */
export const isBusy = (error: unknown): boolean => (error as { status?: unknown })?.status === 429;

/**
 * Hands a job to QStash and records it, each within `timing.publish` seconds. Whatever goes wrong, the
 * row waits in the outbox for the next sweep, which publishes the same dispatch again.
 * @returns `postponed` if QStash takes no more for now; never throws
 */
export async function dispatch(
  { queue, jobs, log, timing }: { queue: Queue; jobs: Jobs; log: Log; timing: Timing },
  jobId: string,
  number: number,
): Promise<"dispatched" | "postponed" | "error"> {
  const fields = { job_id: jobId, dispatch: number };
  try {
    const messageId = await queue.publish(jobId, number);
    await within(timing.publish, jobs.recordDispatch(jobId, number, messageId));
    log("job_dispatched", { ...fields, message_id: messageId });
    return "dispatched";
  } catch (error) {
    log("dispatch_failed", { ...fields, error: kindOf(error) });
    return isBusy(error) ? "postponed" : "error";
  }
}
