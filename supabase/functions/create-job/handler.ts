import { dispatch } from "../_shared/dispatch.ts";
import { endpoint } from "../_shared/endpoint.ts";
import { HttpError, json } from "../_shared/http.ts";
import { DatabaseError } from "../_shared/jobs.ts";
import { qstashQueue } from "../_shared/qstash/publish.ts";
import type { World } from "../_shared/deps.ts";
import { readCreateRequest } from "./request.ts";

/**
 * POST /create-job: validates, writes the job, hands it to QStash.
 * 202 means the row is durable; if QStash cannot be reached, the sweep dispatches it later.
 */
export const createJob = (world: World, queueOf: typeof qstashQueue = qstashQueue) =>
  endpoint(
    world,
    "create-job",
    (config) => config.allowGuests ? ["user", "publishable"] : "user",
    async (call) => {
      const user = call.supabase.userClaims;
      const request = await readCreateRequest(call.req, user === null);
      const job = await call.jobs.create({
        userId: user?.id ?? null,
        email: user ? user.email || null : request.email,
        goals: request.goals,
        name: request.name,
        rankTag: request.rank_tag,
        theme: request.theme,
        idempotencyKey: request.idempotency_key,
      }, call.config).catch(accountIsGone);

      switch (job.outcome) {
        case "idempotency_key_reused":
          throw new HttpError(
            422,
            job.outcome,
            "This idempotency key was already used for a different request.",
          );
        case "too_many_active_jobs":
          throw new HttpError(
            429,
            job.outcome,
            "Your other boards are still being made. Please wait for one of them.",
          ).retryAfter(job.retry_after);
        case "daily_limit_reached":
          throw new HttpError(
            429,
            job.outcome,
            "You have made all your boards for today. Please come back later.",
          ).retryAfter(job.retry_after);
      }

      // the status it was accepted with: a replay gives the same body, however far the job is by now
      const { id, created_at, expires_at } = job;
      const body = { id, status: "pending", created_at, expires_at };
      if (job.outcome === "replayed") {
        call.log("job_replayed", { job_id: id });
        return json(202, body, { "Idempotent-Replayed": "true" });
      }
      call.log("job_created", { job_id: id, goals: request.goals.length, guest: user === null });
      await dispatch(call, queueOf(call.config, call.timing), id, 1);
      return json(202, body);
    },
  );

/** A token outlives its account by up to an hour. */
function accountIsGone(error: unknown): never {
  const noSuchUser = error instanceof DatabaseError && error.code === "23503";
  throw noSuchUser
    ? new HttpError(401, "unauthorized", "This account does not exist any more.")
    : error;
}
