import type { Deps } from "../_shared/deps.ts";
import { json } from "../_shared/http.ts";
import { readFailureCallback } from "../_shared/qstash/delivery.ts";
import { qstashEndpoint } from "../_shared/qstash/receive.ts";

/**
 * POST /fail-job, QStash's failure callback: every delivery of a message failed. Gives up the job,
 * unless it has ended or a newer dispatch carries it on. A callback that is not about a job of ours is
 * acknowledged: sending it again would not change it.
 */
export const failJob = (deps: Deps) =>
  qstashEndpoint(deps, "fail-job", async ({ jobs, log }, body) => {
    const failed = readFailureCallback(body);
    if (!failed) {
      log("callback_ignored");
      return json(200, { status: "ignored" });
    }
    const { job_id, message_id } = failed;
    const status = await jobs.giveUp(job_id, "attempts_exhausted", message_id);
    log("dispatch_exhausted", { job_id, status });
    return json(200, { job_id, status });
  });
