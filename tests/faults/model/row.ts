/** A job's row, and what may follow what is written in it: the state machine that holds whoever writes. */
import { type Account, type Body, type Change, DAY } from "./commands.ts";

export type Status = "pending" | "processing" | "complete" | "failed";

export interface Row {
  job: number;
  owner: Account | null;
  body: Body;
  key: string | null;
  status: Status;
  createdAt: number;
  updatedAt: number;
  expiresAt: number;
  attempts: number;
  dispatches: number;
  /** Null: in the outbox. */
  dispatchedAt: number | null;
  message: string | null;
  /** The fence. */
  token: string | null;
  leaseEndsAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  path: string | null;
  url: string | null;
  errorCode: string | null;
  errorMessage: string | null;
}

const follows: Record<Status, Status[]> = {
  pending: ["processing", "failed"],
  processing: ["pending", "complete", "failed"],
  complete: [],
  failed: [],
};

/** What never changes once a job has ended. The link may be renewed, the expiry moved. */
export const outcome = [
  ...["body", "attempts", "dispatches", "token", "startedAt", "finishedAt"],
  ...["path", "errorCode", "errorMessage"],
] as (keyof Row)[];

type Ended = Row & { status: "complete" | "failed" };
type Running = Row & { status: "pending" | "processing" };
export const isEnded = (row: Row | undefined): row is Ended =>
  row?.status === "complete" || row?.status === "failed";
export const isRunning = (row: Row | undefined): row is Running =>
  row?.status === "pending" || row?.status === "processing";

/** The row as it becomes, or null where that is refused. */
export function changed(row: Row, change: Partial<Row>, now: number): Row | null {
  const next = { ...row, ...change, updatedAt: now };
  const moves = next.status !== row.status;
  if (moves && !follows[row.status].includes(next.status)) return null;
  if (isEnded(row) && outcome.some((field) => next[field] !== row[field])) return null;
  if (moves && next.status !== "processing") next.token = next.leaseEndsAt = null;
  if (moves && isEnded(next)) next.finishedAt ??= now;
  if (next.status === "complete" && !next.url && !next.path) return null;
  if (next.status === "failed" && !next.errorMessage) return null;
  if (next.token && next.leaseEndsAt === null) return null;
  return next;
}

const rowChanges: Partial<Record<Change, (row: Row) => Partial<Row>>> = {
  "to pending": () => ({ status: "pending" }),
  "to processing": () => ({ status: "processing" }),
  "to complete": () => ({ status: "complete", url: "by hand" }),
  "to failed": () => ({ status: "failed", errorMessage: "by hand" }),
  "complete without an image": () => ({ status: "complete" }),
  "failed without a message": () => ({ status: "failed" }),
  "a lease without an end": () => ({ token: "made up", leaseEndsAt: null }),
  "another link": () => ({ url: "renewed" }),
  "a day longer": ({ expiresAt }) => ({ expiresAt: expiresAt + DAY }),
  "no key": () => ({ key: null }),
};

/** The same for a change by hand. */
export function triedByHand(row: Row, change: Change, now: number): Row | null {
  const made = rowChanges[change];
  if (made) return changed(row, made(row), now);
  // an outcome column, which the model never tries on a running row
  return isEnded(row) ? null : row;
}
