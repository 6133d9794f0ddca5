/**
 * What the lifecycle's SQL functions answer, as zod schemas: an answer that came from somewhere else (a
 * proxy's page, an older schema) is an error, never a success.
 */
import { z } from "zod";

const id = z.guid();
const time = z.string();
/** Seconds. */
const retryAfter = z.number();

/** The single row of a function that `returns table`. */
const one = <T extends z.ZodType>(row: T) => z.tuple([row]).transform(([only]) => only);

export const created = one(z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.enum(["created", "replayed"]),
    id,
    created_at: time,
    expires_at: time.nullable(),
  }),
  z.object({ outcome: z.literal("idempotency_key_reused") }),
  z.object({
    outcome: z.enum(["too_many_active_jobs", "daily_limit_reached"]),
    retry_after: retryAfter,
  }),
]));

const claim = z.object({
  outcome: z.literal("claimed"),
  lease_token: id,
  attempt: z.number(),
  path: z.string().min(1),
  goals: z.array(z.string()),
  name: z.string().nullable(),
  rank_tag: z.string().nullable(),
  theme: z.enum(["light", "dark"]),
  created_at: time,
  expires_at: time.nullable(),
});

/** An attempt that was started: its fence, its inputs, and the path to upload to. */
export type Claim = z.infer<typeof claim>;

export const claimed = one(z.discriminatedUnion("outcome", [
  claim,
  z.object({ outcome: z.literal("busy"), retry_after: retryAfter }),
  z.object({ outcome: z.enum(["complete", "failed", "gone"]) }),
]));

export const completed = z.enum(["complete", "stale"]);
export const released = z.enum(["released", "stale"]);
export const failed = z.enum(["failed", "stale"]);
/** The status that the job has now. */
export const ended = z.enum(["pending", "processing", "complete", "failed", "gone"]);
export const recorded = z.boolean();

export const waiting = z.array(z.object({
  job_id: id,
  dispatch_count: z.number(),
  waiting_message_id: z.string().nullable(),
}));

/** A job that the sweep has to help. */
export type Waiting = z.infer<typeof waiting>[number];

export const paths = z.array(z.string());
/** Of a function that `returns void`. */
export const nothing = z.null().optional();
