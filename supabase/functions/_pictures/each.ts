import { PermanentError, RetryableError } from "../_shared/errors.ts";
import { kindOf } from "../_shared/log.ts";
import { Refused } from "./failures.ts";
import type { PictureRequest } from "./source.ts";

interface Limits {
  /** How many requests run at the same time. */
  atOnce: number;
  /** For each, in seconds. */
  seconds: number;
}

/**
 * Asks for something for each goal, some at the same time. What is refused is null. The first other
 * failure ends the attempt: what runs is aborted and nothing new begins, because the next attempt asks
 * for everything again. On the last attempt it is null too, and the others go on.
 *
 * @param ask may throw Refused, RetryableError, PermanentError; anything else counts as RetryableError
 * @throws RetryableError, PermanentError
 */
export async function each<I, O>(
  items: readonly I[],
  { last, signal, log }: PictureRequest,
  { atOnce, seconds }: Limits,
  ask: (item: I, signal: AbortSignal) => Promise<O | null>,
): Promise<(O | null)[]> {
  const results: (O | null)[] = items.map(() => null);
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  let failure: Error | undefined;
  let next = 0;

  const worker = async () => {
    while (next < items.length && !ended.aborted) {
      const i = next++;
      try {
        const deadline = AbortSignal.timeout(seconds * 1000);
        results[i] = await ask(items[i] as I, AbortSignal.any([ended, deadline]));
      } catch (error) {
        if (failure) return; // aborted because of it
        log("picture_failed", { error: kindOf(error) });
        if (error instanceof Refused || last && !(error instanceof PermanentError)) continue;
        const known = error instanceof PermanentError || error instanceof RetryableError;
        failure = known ? error : new RetryableError();
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure instanceof PermanentError) {
    log("misconfigured", { problem: failure.failure.message });
  }
  if (failure) throw failure;
  if (next < items.length && !last) throw new RetryableError(); // the time was over between two
  return results;
}
