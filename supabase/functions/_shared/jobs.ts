import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import type { Database, Json } from "./database.types.ts";

type Functions = Database["public"]["Functions"];

/** A call of the database failed. Its own text stays inside: it may quote a person's data. */
export class DatabaseError extends Error {
  override name = "DatabaseError";
  readonly code: string;
  /** The database or its API could not be reached, or is overloaded; the call may be tried again. */
  readonly unavailable: boolean;
  constructor(error: PostgrestError, status: number) {
    super("A call of the database failed.");
    this.code = error.code || `HTTP ${status}`;
    this.unavailable = status === 0 || status >= 500;
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
    return this.one("create_vision_board_job", {
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

  dispatched(jobId: string, dispatch: number, messageId: string) {
    return this.call("record_vision_board_dispatch", {
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
    return this.one("claim_vision_board_job", {
      p_job_id: jobId,
      p_lease_seconds: leaseSeconds,
      ...(delivery.messageId && { p_message_id: delivery.messageId }),
      p_dispatch: delivery.dispatch,
      p_max_attempts: delivery.maxAttempts,
    });
  }

  complete(jobId: string, leaseToken: string, path: string, url: string) {
    return this.call("complete_vision_board_job", {
      p_job_id: jobId,
      p_lease_token: leaseToken,
      p_image_storage_path: path,
      p_image_url: url,
    });
  }

  release(jobId: string, leaseToken: string) {
    return this.call("release_vision_board_job", { p_job_id: jobId, p_lease_token: leaseToken });
  }

  fail(jobId: string, leaseToken: string, failure: Failure) {
    return this.call("fail_vision_board_job", {
      p_job_id: jobId,
      p_lease_token: leaseToken,
      p_error_code: failure.code,
      p_error_message: failure.message,
    });
  }

  /** `messageId`: the message that failed, if one did; see the SQL function. */
  end(jobId: string, failure: Failure, messageId?: string) {
    return this.call("end_vision_board_job", {
      p_job_id: jobId,
      p_error_code: failure.code,
      p_error_message: failure.message,
      ...(messageId && { p_message_id: messageId }),
    });
  }

  /** `staleAfter`, in seconds: a dispatch that was silent for longer is listed. */
  sweep(staleAfter: number) {
    return this.call("sweep_vision_board_jobs", { p_stale_after: `${staleAfter} seconds` });
  }

  removablePictures() {
    return this.call("list_removable_vision_boards", {});
  }

  forgetPictures(paths: string[]) {
    return this.call("forget_vision_boards", { p_paths: paths });
  }

  private async call<F extends keyof Functions>(
    fn: F,
    args: Functions[F]["Args"],
  ): Promise<Functions[F]["Returns"]> {
    const { data, error, status } = await this.db.rpc(fn, args as never);
    if (error) throw new DatabaseError(error, status);
    return data as Functions[F]["Returns"];
  }

  /** The single row of a function that `returns table`. */
  private async one<F extends "create_vision_board_job" | "claim_vision_board_job">(
    fn: F,
    args: Functions[F]["Args"],
  ) {
    const rows = await this.call(fn, args);
    return rows[0] as Functions[F]["Returns"][number];
  }
}
