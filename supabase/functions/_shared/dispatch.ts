import type { Call } from "./endpoint.ts";
import { kindOf } from "./log.ts";
import type { Queue } from "./qstash/publish.ts";
import { within } from "./timing.ts";

/**
 * Hands a job to QStash and records it, each within `timing.publish` seconds. Whatever goes wrong, the
 * row waits in the outbox for the next sweep, which publishes the same dispatch again.
 * @returns whether both succeeded; never throws
 */
export async function dispatch(
  call: Call,
  queue: Queue,
  jobId: string,
  number: number,
): Promise<boolean> {
  const fields = { job_id: jobId, dispatch: number };
  try {
    const messageId = await queue.publish(jobId, number);
    await within(call.timing.publish, call.jobs.recordDispatch(jobId, number, messageId));
    call.log("job_dispatched", { ...fields, message_id: messageId });
    return true;
  } catch (error) {
    call.log("dispatch_failed", { ...fields, error: kindOf(error) });
    return false;
  }
}
