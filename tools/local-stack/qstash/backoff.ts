import { parseDuration } from "./duration.ts";
import type { Expression } from "./expression.ts";
import type { HeaderMap } from "./message.ts";

/** No wait between two attempts is longer than a day. */
const MAX_DELAY_MS = 86_400_000;

/** The destination's own wish, in the order of precedence. */
const RESPONSE_HEADERS = [
  "Retry-After",
  "X-Ratelimit-Reset",
  "X-Ratelimit-Reset-Requests",
  "X-Ratelimit-Reset-Tokens",
];

/** What a failed attempt knows about when to try again. */
export interface FailedAttempt {
  /** Retries made before this attempt: 0 after the first delivery. */
  retried: number;
  /** `Upstash-Retry-Delay`, in milliseconds; the exponential default if absent. */
  retryDelay?: Expression;
  /** Headers of the destination's response, with canonical names. */
  header: HeaderMap;
}

/**
 * How long QStash waits before the next attempt: as the response asks, else by the message's own
 * expression, else min(86400, e^(2.5·n)) seconds for the n-th retry (12 s, 2 m 28 s, 30 m 8 s, 6
 * h).
 *
 * @param now milliseconds, for response headers that name a date
 * @returns milliseconds, from 0 to a day
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function retryDelayMs(attempt: FailedAttempt, now: number): number {
  return requestedDelayMs(attempt.header, now) ?? ownDelayMs(attempt);
}

function ownDelayMs({ retried, retryDelay }: FailedAttempt): number {
  const delay = retryDelay ? retryDelay(retried) : Math.exp(2.5 * (retried + 1)) * 1_000;
  // A formula may divide by zero or take the root of -1: the longest wait does the least harm.
  return Number.isNaN(delay)
    ? MAX_DELAY_MS
    : Math.min(MAX_DELAY_MS, Math.max(0, Math.round(delay)));
}

/**
 * Beyond a day, the documentation says, the usual back-off applies: so it does to unix timestamps.
 */
function requestedDelayMs(header: HeaderMap, now: number): number | undefined {
  for (const name of RESPONSE_HEADERS) {
    const value = header[name]?.[0]?.trim();
    const delay = value === undefined ? undefined : parseDelay(value, now);
    if (delay !== undefined && delay <= MAX_DELAY_MS) return delay;
  }
  return undefined;
}

/** Seconds (`10`), a duration (`6m5s`) or a date (`Wed, 21 Oct 2026 07:28:00 GMT`). */
function parseDelay(value: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
