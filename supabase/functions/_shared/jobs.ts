import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import { STATUSES, type Theme, THEMES } from "./contract.ts";
import type { Database } from "./database.types.ts";
import { DatabaseError } from "./errors.ts";

type Functions = Database["public"]["Functions"];

/** What a person asks for. */
export interface JobRequest {
  goals: string[];
  name: string | null;
  rank_tag: string | null;
  theme: Theme;
  idempotency_key: string | null;
}

/** Who asks: an account, or a guest's address. At least one of them. */
export interface Requester {
  user_id: string | null;
  email: string | null;
}

export interface Limits {
  maxActiveJobs: number;
  maxDailyJobs: number;
  jobTtlDays: number;
}

const id = z.guid();
const time = z.string();
const seconds = z.number();

/** The single row of a function that `returns table`. */
const oneRow = <T extends z.ZodType>(row: T) => z.tuple([row]).transform(([only]) => only);

const created = oneRow(z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.enum(["created", "replayed"]),
    id,
    created_at: time,
    expires_at: time.nullable(),
  }),
  z.object({ outcome: z.literal("idempotency_key_reused") }),
  z.object({
    outcome: z.enum(["too_many_active_jobs", "daily_limit_reached"]),
    retry_after: seconds,
  }),
]));

const claimedJob = z.object({
  outcome: z.literal("claimed"),
  lease_token: id,
  attempt: z.number(),
  path: z.string().min(1),
  goals: z.array(z.string()),
  name: z.string().nullable(),
  rank_tag: z.string().nullable(),
  theme: z.enum(THEMES),
  created_at: time,
  expires_at: time.nullable(),
});

/** A started attempt: its lease token, what the person asked for, and the path to upload to. */
export type ClaimedJob = z.infer<typeof claimedJob>;

const claimed = oneRow(z.discriminatedUnion("outcome", [
  claimedJob,
  z.object({ outcome: z.literal("busy"), retry_after: seconds }),
  z.object({ outcome: z.enum(["complete", "failed", "gone"]) }),
]));

const waitingJob = z.object({
  job_id: id,
  dispatch_count: z.number(),
  waiting_message_id: z.string().nullable(),
});

/** A job that the sweep has to look after. */
export type WaitingJob = z.infer<typeof waitingJob>;

/**
 * The life of a job, as typed calls of the SQL functions in supabase/migrations, which describe each.
 * Every one is atomic: nothing here reads and then writes. An answer
 * that came from somewhere else (a proxy's page, an older schema) is an error, never a success.
 * All throw DatabaseError.
 */
export class Jobs {
  constructor(private readonly db: SupabaseClient<Database>) {}

  create({ user_id, email }: Requester, job: JobRequest, limits: Limits) {
    return this.call("create_vision_board_job", created, {
      // the generator types every parameter as not null
      p_user_id: user_id as string,
      p_email: email as string,
      p_goals: job.goals,
      p_name: job.name as string,
      p_rank_tag: job.rank_tag as string,
      p_theme: job.theme,
      p_idempotency_key: job.idempotency_key as string,
      p_max_active: limits.maxActiveJobs,
      p_max_daily: limits.maxDailyJobs,
      p_ttl_days: limits.jobTtlDays,
    });
  }

  recordDispatch(jobId: string, dispatch: number, messageId: string) {
    return this.call("record_vision_board_dispatch", z.boolean(), {
      p_job_id: jobId,
      p_dispatch: dispatch,
      p_message_id: messageId,
    });
  }

  /** @param leaseSeconds nobody else may claim the job for so long */
  claim(
    delivery: { job_id: string; message_id: string | null; dispatch: number },
    leaseSeconds: number,
    maxAttempts: number,
  ) {
    return this.call("claim_vision_board_job", claimed, {
      p_job_id: delivery.job_id,
      p_lease_seconds: leaseSeconds,
      p_max_attempts: maxAttempts,
      p_dispatch: delivery.dispatch,
      ...(delivery.message_id && { p_message_id: delivery.message_id }),
    });
  }

  complete(jobId: string, leaseToken: string, path: string, url: string) {
    return this.call("complete_vision_board_job", z.enum(["complete", "stale"]), {
      p_job_id: jobId,
      p_lease_token: leaseToken,
      p_image_storage_path: path,
      p_image_url: url,
    });
  }

  release(jobId: string, leaseToken: string) {
    return this.call("release_vision_board_job", z.enum(["released", "stale"]), {
      p_job_id: jobId,
      p_lease_token: leaseToken,
    });
  }

  /** @param message for the person: what happened, and what they can do */
  fail(jobId: string, leaseToken: string, code: string, message: string) {
    return this.call("fail_vision_board_job", z.enum(["failed", "stale"]), {
      p_job_id: jobId,
      p_lease_token: leaseToken,
      p_error_code: code,
      p_error_message: message,
    });
  }

  /** @param messageId the message that failed, if one did: a newer dispatch is left alone */
  giveUp(jobId: string, code: "gave_up" | "attempts_exhausted", messageId?: string) {
    return this.call("give_up_vision_board_job", z.enum([...STATUSES, "gone"]), {
      p_job_id: jobId,
      p_error_code: code,
      ...(messageId && { p_message_id: messageId }),
    });
  }

  /** @param silentAfter in seconds: a dispatch that was silent for longer is listed */
  sweep(silentAfter: number) {
    return this.call("sweep_vision_board_jobs", z.array(waitingJob), {
      p_silent_after: `${silentAfter} seconds`,
    });
  }

  listRemovableBoards() {
    return this.call("list_removable_vision_boards", z.array(z.string()), {});
  }

  forgetBoards(paths: string[]) {
    return this.call("forget_vision_boards", z.null().optional(), { p_paths: paths });
  }

  private async call<F extends keyof Functions, T>(
    fn: F,
    answer: z.ZodType<T>,
    args: Functions[F]["Args"],
  ): Promise<T> {
    const { data, error, status } = await this.db.rpc(fn, args as never);
    if (error) throw new DatabaseError(error, status);
    const parsed = answer.safeParse(data);
    if (!parsed.success) throw new DatabaseError({ code: "UNEXPECTED_ANSWER" }, 502);
    return parsed.data;
  }
}
