/**
 * What can happen to jobs, as data for both the model and the database. Jobs are numbered as they are
 * created. Token `2.3` is that of the third attempt at job 2, and so is the board's path `2.3.jpg`; message
 * `m2.1` is that of the first dispatch of job 2.
 */
export type Command =
  | { command: "create"; who: Requester; key: string | null; body: Body }
  | { command: "record dispatch"; job: number; number: number; message: string }
  | { command: "claim"; job: number; number: number; message: string | null }
  | { command: "complete" | "release" | "fail"; job: number; token: string }
  | { command: "give up"; job: number; code: GiveUpCode; message: string | null }
  | { command: "sweep" }
  | { command: "list removable" }
  | { command: "forget"; paths: string[] }
  | { command: "time passes"; seconds: number }
  | { command: "delete"; job: number; by: Account }
  | { command: "by hand"; job: number; changes: Change[] };

/** A job that the sweep lists. */
export interface Waiting {
  job: number;
  dispatches: number;
  /** The message that QStash may still hold. */
  message: string | null;
}

export type Account = "ava" | "ben";
/** Zoe is a guest without an account; `guest as ava` gives Ava's address without being signed in. */
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
/** The messages of give_up_vision_board_job, by error code. */
export const GIVE_UP_MESSAGES = {
  gave_up: "We tried many times and could not make this board. Please create it again.",
  attempts_exhausted:
    "We tried several times and could not make this board. Please create it again.",
};
export type GiveUpCode = keyof typeof GIVE_UP_MESSAGES;

export const MINUTE = 60;
export const SILENCE = 15 * MINUTE;
export const DAY = 24 * 60 * MINUTE;

/** Columns that never change once a job has ended, each with a change that must be refused. */
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

/** Changes that somebody may try in the SQL editor, as the service role. */
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
