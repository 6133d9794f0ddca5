import { PermanentError, RetryableError } from "../_shared/errors.ts";

/** This picture cannot be had, now or later. Others can: its goal is illustrated. */
export class Refused extends Error {
  override name = "Refused";
  /** @param status the HTTP status, if one says it */
  constructor(readonly status?: number) {
    super("refused");
  }
}

/**
 * Only whoever runs the functions can help.
 * @param problem begins with the variable's name and has no value in it: the person reads it in their row
 */
export const misconfigured = (problem: string): PermanentError =>
  new PermanentError({
    code: "misconfigured",
    message: `The pictures of this service are misconfigured: ${problem}. ` +
      "Please tell whoever runs it; your goals are fine.",
  });

/** The providers' own waits are seconds; one that asks for more must not hold a person up for hours. */
const LONGEST = 300;

/**
 * A failure that may pass.
 * @param headers the answer's, of which `Retry-After` counts: seconds, or a date
 * @param now in milliseconds
 */
export function later(status: number | undefined, headers: Headers, now: number): RetryableError {
  const value = headers.get("retry-after")?.trim() ?? "";
  const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  return new RetryableError(capped(seconds), status);
}

/** Seconds that a provider asks for, from 1 to LONGEST; undefined if it is no number. */
export const capped = (seconds: number): number | undefined =>
  Number.isNaN(seconds) ? undefined : Math.min(LONGEST, Math.max(1, Math.ceil(seconds)));
