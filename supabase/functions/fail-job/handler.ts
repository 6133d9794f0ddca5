import { z } from "zod";
import { json } from "../_shared/http.ts";
import { jobIdOf } from "../_shared/qstash/delivery.ts";
import { qstashEndpoint } from "../_shared/qstash/receive.ts";
import type { World } from "../_shared/deps.ts";

/** https://upstash.com/docs/qstash/features/callbacks#what-is-a-failure-callback */
const callback = z.object({ sourceBody: z.base64(), sourceMessageId: z.string().optional() });

/**
 * POST /fail-job, QStash's failure callback: every delivery of a dispatch failed. Ends the job as
 * failed, unless it has ended or a newer dispatch carries it on. A callback that is not about a job of
 * ours is acknowledged: sending it again would not change it.
 */
export const failJob = (world: World) =>
  qstashEndpoint(world, "fail-job", async (call, body) => {
    const failed = failedJobOf(body);
    if (!failed) {
      call.log("callback_ignored");
      return json(200, { status: "ignored" });
    }
    const status = await call.jobs.giveUp(failed.jobId, {
      code: "attempts_exhausted",
      message: "We tried several times and could not make this board. Please create it again.",
    }, failed.messageId);
    call.log("dispatch_exhausted", { job_id: failed.jobId, status });
    return json(200, { job_id: failed.jobId, status });
  });

/** The job named by the message that failed, which the callback carries in base64. */
function failedJobOf(body: string): { jobId: string; messageId: string | undefined } | null {
  try {
    const { sourceBody, sourceMessageId } = callback.parse(JSON.parse(body));
    const jobId = jobIdOf(atob(sourceBody));
    return jobId ? { jobId, messageId: sourceMessageId } : null;
  } catch {
    return null;
  }
}
