import { Client } from "@upstash/qstash";
import type { Config } from "./config.ts";
import { timing, within } from "./timing.ts";

/** The sweep's schedule at QStash: once a minute, which is QStash's finest. */
export const sweepSchedule = { scheduleId: "sweep-vision-board-jobs", cron: "* * * * *" };

/** How many boards are drawn at once, over all function instances. */
const boardsAtOnce = 5;

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
export function qstashClient(config: Pick<Config, "qstash">): Client {
  return new Client({
    baseUrl: config.qstash.url,
    token: config.qstash.token,
    devMode: false,
    enableTelemetry: false,
    retry: { retries: 1, backoff: () => 200 },
  });
}

/** The queue at QStash. Both calls throw after `timing.publish` seconds. */
export function qstashQueue(config: Pick<Config, "qstash" | "functionsUrl">): Queue {
  const client = qstashClient(config);
  return {
    async publish(jobId, dispatch) {
      const { messageId } = await within(
        timing.publish,
        client.publishJSON({
          url: `${config.functionsUrl}/process-job`,
          body: { job_id: jobId },
          deduplicationId: `${jobId}-${dispatch}`,
          retries: 3,
          retryDelay: "10000 * pow(3, retried)", // 10, 30, 90 s
          timeout: timing.delivery,
          failureCallback: `${config.functionsUrl}/fail-job`,
          label: "vision-board",
          flowControl: { key: "vision-board", parallelism: boardsAtOnce },
        }),
      );
      return messageId;
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
