/**
 * How long things may take, in seconds. Each is inside the next:
 *
 *   call, picture < pictures < attempt < claim + attempt + release = 75 < QStash's timeout < lease
 *
 * so that a worker has given up before anybody else may take its job, and before the platform ends it: on
 * the Free plan an isolate lives 150 s, and gets its last request at 75 s. The lease ends before QStash's
 * last retry, 130 s after the first delivery.
 * https://supabase.com/docs/guides/functions/limits
 */
export interface Timing {
  /** One request of an AI model: the cheapest quality takes 10 to 30 s. */
  picture: number;
  /** All pictures of a board that come from outside; then 10 s are left to draw and upload it. */
  pictures: number;
  /** Pictures, drawing, uploading, completing; then the worker releases the job itself. */
  attempt: number;
  /** Upstash-Timeout: QStash hangs up. */
  delivery: number;
  /** For this long nobody else may claim the job. */
  lease: number;
  /** One call of the Storage API or the database. */
  call: number;
  /** One call of QStash, and what a person waits for at most after the row is written. */
  publish: number;
  /** Before QStash's first retry; each later one waits three times as long. */
  retry: number;
  /** A dispatch that was silent for this long is looked up at QStash, and repeated if QStash lost it. */
  silence: number;
  /** A sweep starts no new batch after this. */
  sweep: number;
}

export const timing: Timing = {
  picture: 40,
  pictures: 45,
  attempt: 55,
  delivery: 80,
  lease: 90,
  call: 10,
  publish: 5,
  retry: 10,
  silence: 900,
  sweep: 60,
};

/**
 * The work's result, or a rejection with a TimeoutError after so many seconds, or with the signal's reason
 * when that aborts. The work itself goes on: for calls that cannot be aborted.
 */
export async function within<T>(
  seconds: number,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DOMException(`no result within ${seconds} s`, "TimeoutError")),
      seconds * 1000,
    );
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
