import type { Failure } from "./jobs.ts";

/** Thrown while a board is made: no further attempt can succeed. */
export class PermanentFailure extends Error {
  override name = "PermanentFailure";
  constructor(readonly failure: Failure) {
    super(failure.code);
  }
}

/** Thrown while a board is made: a later attempt may succeed. */
export class TryLater extends Error {
  override name = "TryLater";
  /**
   * @param seconds not before; without, QStash's own delays apply
   * @param status the HTTP status of whoever made it fail
   */
  constructor(readonly seconds?: number, readonly status?: number) {
    super("try later");
  }
}
