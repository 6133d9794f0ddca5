import type { Deps } from "../_shared/deps.ts";
import { endpoint } from "../_shared/endpoint.ts";
import { DatabaseError, HttpError } from "../_shared/errors.ts";
import { json } from "../_shared/http.ts";
import { dispatch } from "../_shared/qstash/publish.ts";
import { readCreateRequest } from "./request.ts";

/**
 * POST /create-job: validates, writes the job, hands it to QStash.
 * 202 means the row is durable; if QStash cannot be reached, the sweep dispatches it later.
 */
export const createJob = (deps: Deps) =>
  endpoint(
    deps,
    "create-job",
    (config) => config.allowGuests ? ["user", "publishable:*"] : "user",
    async (context) => {
      const { supabase, jobs, config, log } = context;
      const user = supabase.userClaims;
      const { email, ...request } = await readCreateRequest(context.req, user === null);
      const requester = user
        ? { user_id: user.id, email: user.email || null }
        : { user_id: null, email };
      const job = await jobs.create(requester, request, config).catch(explainMissingAccount);

      switch (job.outcome) {
        case "idempotency_key_reused":
          throw new HttpError(job.outcome, "This idempotency key was used for another request.");
        case "too_many_active_jobs":
          throw new HttpError(
            job.outcome,
            "Your other boards are still being made. Please wait for one of them.",
          ).retryAfter(job.retry_after);
        case "daily_limit_reached":
          throw new HttpError(
            job.outcome,
            "You have made all your boards for today. Please come back later.",
          ).retryAfter(job.retry_after);
      }

      // the status it was accepted with: a replay gives the same body, however far the job is by now
      const { id, created_at, expires_at } = job;
      const body = { id, status: "pending", created_at, expires_at };
      if (job.outcome === "replayed") {
        log("job_replayed", { job_id: id });
        return json(202, body, { "Idempotent-Replayed": "true" });
      }
      log("job_created", { job_id: id, goals: request.goals.length, guest: user === null });
      await dispatch(context, id, 1);
      return json(202, body);
    },
  );

/** A token outlives its account by up to an hour. */
function explainMissingAccount(error: unknown): never {
  const isMissing = error instanceof DatabaseError && error.code === "23503"; // foreign key violation
  throw isMissing ? new HttpError("unauthorized", "This account does not exist any more.") : error;
}
