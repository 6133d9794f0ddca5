import { Client } from "@upstash/qstash";
import { z } from "zod";
import type { Config } from "../config.ts";
import { type Timing, within } from "../timing.ts";

/**
 * The sweep's schedule at QStash: every five minutes, 288 messages a day. Every minute would be 1440,
 * more than the 1000 of QStash's free plan. https://upstash.com/pricing/qstash
 */
export const sweepSchedule = { scheduleId: "sweep-vision-board-jobs", cron: "*/5 * * * *" };

/** QStash tries a dispatch again so often, after 10, 30 and 90 s. */
const retries = 3;

/** A job that was handed to QStash so often and still has not ended is given up. */
export const maxDispatches = 3;

/** A job that was started so often is given up: something in it kills the worker. */
export const maxAttempts = maxDispatches * (1 + retries);

/**
 * Whether the job ends when this attempt fails: QStash has no retry left, or the job may not be started
 * again. (A dispatch that follows a dead worker begins anew with its retries.)
 * @param attempt how often the job was started, this time included
 * @param retried QStash's `Upstash-Retried`
 */
export const isLastAttempt = (attempt: number, retried: number): boolean =>
  retried >= retries || attempt >= maxAttempts;

/** The forwarded header that says which dispatch a delivery belongs to. */
export const dispatchHeader = "Vision-Board-Dispatch";

/** How many boards are drawn at once, over all function instances. */
const boardsAtOnce = 5;

/** QStash's are `msg_` and some thirty letters. Anything else was not QStash's answer. */
const messageIds = z.string().regex(/^[\w-]{1,200}$/);

/** The queue, as far as jobs need it. */
export interface Queue {
  /**
   * Hands a job over. The number makes the deduplication id `<job id>-<dispatch>`: publishing the same
   * dispatch again (an answer was lost, two sweeps ran) delivers it once, a new number delivers it anew.
   * @returns QStash's message id
   */
  publish(jobId: string, dispatch: number): Promise<string>;
  /** Whether a message is still waiting, retrying or being delivered. QStash forgets it afterwards. */
  holds(messageId: string): Promise<boolean>;
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
  config: Pick<Config, "qstash" | "functionsUrl">,
  timing: Timing,
): Queue {
  const client = qstashClient(config.qstash);
  return {
    async publish(jobId, dispatch) {
      const { messageId } = await within(
        timing.publish,
        client.publishJSON({
          url: `${config.functionsUrl}/process-job`,
          body: { job_id: jobId },
          deduplicationId: `${jobId}-${dispatch}`,
          headers: { [dispatchHeader]: String(dispatch) },
          retries,
          retryDelay: `${timing.retry * 1000} * pow(3, retried)`,
          timeout: timing.delivery,
          failureCallback: `${config.functionsUrl}/fail-job`,
          label: "vision-board",
          flowControl: { key: "vision-board", parallelism: boardsAtOnce },
        }),
      );
      return messageIds.parse(messageId);
    },
    async holds(messageId) {
      try {
        await within(timing.publish, client.messages.get(messageId));
        return true;
      } catch (error) {
        if (error instanceof Error && "status" in error && error.status === 404) return false;
        throw error;
      }
    },
  };
}
