import { HttpError } from "../_shared/http.ts";
import type { Failure } from "../_shared/jobs.ts";

/** Thrown while drawing: no further attempt can succeed. */
export class PermanentFailure extends Error {
  override name = "PermanentFailure";
  constructor(readonly failure: Failure) {
    super(failure.code);
  }
}

/** Thrown while drawing: a later attempt may succeed, not before so many seconds. */
export class TryLater extends Error {
  override name = "TryLater";
  constructor(readonly seconds: number) {
    super("try later");
  }
}

/** QStash stops retrying on status 489 together with this header. https://upstash.com/docs/qstash/features/retry */
export const nonRetryable = (code: string, message: string) =>
  new HttpError(489, code, message, { headers: { "Upstash-NonRetryable-Error": "true" } });
