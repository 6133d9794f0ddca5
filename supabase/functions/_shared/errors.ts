import type { Failure } from "./jobs.ts";

/** Thrown while a board is made: no further attempt can succeed. */
export class PermanentError extends Error {
  override name = "PermanentError";
  constructor(readonly failure: Failure) {
    super(failure.code);
  }
}

/** Thrown while a board is made: a later attempt may succeed. */
export class RetryableError extends Error {
  override name = "RetryableError";
  /**
   * @param seconds not before; without, QStash's own delays apply
   * @param status the HTTP status of whoever made it fail
   */
  constructor(readonly seconds?: number, readonly status?: number) {
    super("try later");
  }
}
