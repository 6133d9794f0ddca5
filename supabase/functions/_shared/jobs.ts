import type { SupabaseClient } from "@supabase/supabase-js";
import type { z } from "zod";
import * as answers from "./answers.ts";
import type { Database, Json } from "./database.types.ts";
import { codeOf } from "./log.ts";

type Functions = Database["public"]["Functions"];

/** A call of the database failed. Its own text stays inside: it may quote a person's data. */
export class DatabaseError extends Error {
  override name = "DatabaseError";
  readonly code: string;
  /** The database or its API could not be reached, is overloaded, or was not what answered. */
  readonly unavailable: boolean;
  constructor(error: { code?: string }, status: number) {
    super("A call of the database failed.");
    this.code = codeOf(error) || `HTTP ${status}`;
    this.unavailable = status === 0 || status === 429 || status >= 500;
  }
}

export interface NewJob {
  userId: string | null;
  email: string | null;
  goals: string[];
  name: string | null;
  rankTag: string | null;
  theme: "light" | "dark";
  idempotencyKey: string | null;
}

export interface Limits {
  maxActiveJobs: number;
  maxDailyJobs: number;
  jobTtlDays: number;
}

export interface Failure {
  code: string;
  /** For people: what happened, and what they can do. */
  message: string;
}

/**
 * The lifecycle of jobs, as typed calls of the SQL functions in supabase/migrations/*_lifecycle.sql and
 * *_sweep.sql, where each is described. Every one is atomic; nothing here reads and then writes.
 * All throw DatabaseError.
 */
export class Jobs {
  constructor(private readonly db: SupabaseClient<Database>) {}

  create(job: NewJob, limits: Limits) {
    return this.call("create_vision_board_job", answers.created, {
      p_user_id: job.userId as string,
      p_email: job.email as string,
      p_goals: job.goals as Json,
      p_name: job.name as string,
      p_rank_tag: job.rankTag as string,
      p_theme: job.theme,
      p_idempotency_key: job.idempotencyKey as string,
      p_max_active: limits.maxActiveJobs,
      p_max_daily: limits.maxDailyJobs,
      p_ttl_days: limits.jobTtlDays,
    });
  }

  recordDispatch(jobId: string, dispatch: number, messageId: string) {
    return this.call("record_vision_board_dispatch", answers.recorded, {
      p_job_id: jobId,
      p_dispatch: dispatch,
      p_message_id: messageId,
    });
  }

  claim(
    jobId: string,
    leaseSeconds: number,
    delivery: { messageId: string | null; dispatch: number; maxAttempts: number },
  ) {
    return this.call("claim_vision_board_job", answers.claimed, {
      p_job_id: jobId,
      p_lease_seconds: leaseSeconds,
      ...(delivery.messageId && { p_message_id: delivery.messageId }),
      p_dispatch: delivery.dispatch,
      p_max_attempts: delivery.maxAttempts,
    });
  }

  complete(jobId: string, leaseToken: string, path: string, url: string) {
    return this.call("complete_vision_board_job", answers.completed, {
      p_job_id: jobId,
      p_lease_token: leaseToken,
      p_image_storage_path: path,
      p_image_url: url,
    });
  }

  release(jobId: string, leaseToken: string) {
    return this.call("release_vision_board_job", answers.released, {
      p_job_id: jobId,
      p_lease_token: leaseToken,
    });
  }

  fail(jobId: string, leaseToken: string, failure: Failure) {
    return this.call("fail_vision_board_job", answers.failed, {
      p_job_id: jobId,
      p_lease_token: leaseToken,
      p_error_code: failure.code,
      p_error_message: failure.message,
    });
  }

  /** `messageId`: the message that failed, if one did; see the SQL function. */
  giveUp(jobId: string, failure: Failure, messageId?: string) {
    return this.call("give_up_vision_board_job", answers.ended, {
      p_job_id: jobId,
      p_error_code: failure.code,
      p_error_message: failure.message,
      ...(messageId && { p_message_id: messageId }),
    });
  }

  /** `staleAfter`, in seconds: a dispatch that was silent for longer is listed. */
  sweep(staleAfter: number) {
    return this.call("sweep_vision_board_jobs", answers.waiting, {
      p_stale_after: `${staleAfter} seconds`,
    });
  }

  listRemovableBoards() {
    return this.call("list_removable_vision_boards", answers.paths, {});
  }

  forgetBoards(paths: string[]) {
    return this.call("forget_vision_boards", answers.nothing, { p_paths: paths });
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
