/**
 * What can happen to jobs, as data that both the model and the database are given. Jobs are numbered as
 * they are created; token `2.3`, and the picture's path that goes with it, are those of the third
 * attempt at job 2; messages are `m1`, `m2`, … as QStash accepts them.
 */
export type Call =
  | { call: "create"; who: Requester; key: string | null; body: Body }
  | { call: "dispatched"; job: number; number: number; message: string }
  | { call: "claim"; job: number; number: number; message: string | null }
  | { call: "complete" | "release" | "fail"; job: number; token: string }
  | { call: "end"; job: number; code: string; message: string | null }
  | { call: "sweep" }
  | { call: "list removable" }
  | { call: "forget"; paths: string[] }
  | { call: "time passes"; seconds: number }
  | { call: "delete"; job: number; by: Account }
  | { call: "by hand"; job: number; changes: Change[] };

/** What the sweep lists. */
export interface Waiting {
  job: number;
  dispatches: number;
  /** The message to ask QStash about. */
  message: string | null;
}

export type Account = "ava" | "ben";
/** Zoe has no account. The last is anybody who types Ava's address without being signed in. */
export type Requester = Account | "zoe" | "guest as ava";
/** Three requests: the second differs in its goals, the third in its theme. */
export type Body = "run" | "swim" | "run, dark";

export const MAX_ACTIVE = 2;
export const MAX_DAILY = 3;
export const TTL_DAYS = 2;
export const LEASE = 150;
export const MAX_ATTEMPTS = 3;
/** As the sweep's handler has it. */
export const MAX_DISPATCHES = 3;
/** What claim_vision_board_job says for itself. */
export const GAVE_UP = "We tried many times and could not make this board. Please create it again.";

export const MINUTE = 60;
export const STALE = 15 * MINUTE;
export const DAY = 24 * 60 * MINUTE;

/** Columns of which an ended row keeps every one as it is, each with another value. */
const outcome = {
  goals: `goals = '["Eat"]'`,
  name: "name = 'Eve'",
  rank_tag: "rank_tag = '@eve'",
  theme: "theme = case theme when 'dark' then 'light' else 'dark' end",
  attempts: "attempts = attempts + 1",
  dispatch_count: "dispatch_count = dispatch_count + 1",
  lease_token: "lease_token = gen_random_uuid(), lease_expires_at = now()",
  started_at: "started_at = '2000-01-01'",
  finished_at: "finished_at = '2000-01-01'",
  image_storage_path: "image_storage_path = 'x/y.jpg'",
  error_code: "error_code = 'changed'",
  error_message: "error_message = 'changed'",
};

/** What somebody may try in the SQL editor, as the service role. */
export const changes = {
  "to pending": "status = 'pending'",
  "to processing": "status = 'processing'",
  "to complete": "status = 'complete', image_url = 'by hand'",
  "to failed": "status = 'failed', error_message = 'by hand'",
  "complete without an image": "status = 'complete'",
  "failed without a message": "status = 'failed'",
  "a lease without an end": "lease_token = gen_random_uuid(), lease_expires_at = null",
  "another link": "image_url = 'renewed'",
  "a day longer": "expires_at = expires_at + interval '1 day'",
  "no key": "idempotency_key = null",
  ...outcome,
};
export type Change = keyof typeof changes;
export const outcomeColumns = Object.keys(outcome) as (keyof typeof outcome)[];
