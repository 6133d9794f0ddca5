/** What all picture sources share: several requests at once, downloads with bounds, the kinds of errors. */
import { imageSize } from "../_board/mod.ts";
import {
  AnswerTooLargeError,
  misconfigured,
  PermanentError,
  PictureRefusedError,
  retryable,
  RetryableError,
} from "../_shared/errors.ts";
import { kindOf } from "../_shared/log.ts";
import type { PictureDeps, PictureRequest } from "./types.ts";

/** Bytes. Photographs of 1880 pixels are about 0.5 MB, PNGs of 1024 pixels about 2 MB. */
export const MAX_PICTURE_BYTES = 8 * 1024 * 1024;

/** At 8 bits a channel a decoded picture takes 4 bytes a pixel, and the function has 256 MB in all. */
const MAX_PICTURE_PIXELS = 2048 * 2048;

interface Limits {
  /** How many requests run at the same time. */
  atOnce: number;
  /** For each, in seconds. */
  seconds: number;
}

/**
 * Requests something for each item, some at the same time. What is refused is null. The first other
 * error ends the attempt: what runs is aborted and nothing new begins, because the next attempt asks for
 * everything again. On the last attempt it is null too, and the others go on. Where every request was
 * refused, and not for what its goal says, the service is misconfigured.
 *
 * @param request may throw PictureRefusedError, RetryableError, PermanentError; others count as retryable
 * @throws RetryableError, PermanentError
 */
export async function requestEach<I, O>(
  items: readonly I[],
  { last, signal, log }: PictureRequest,
  { atOnce, seconds }: Limits,
  request: (item: I, signal: AbortSignal) => Promise<O | null>,
): Promise<(O | null)[]> {
  const results: (O | null)[] = items.map(() => null);
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  let failure: Error | undefined;
  let next = 0;
  let passed = false; // something failed that may pass
  let problem: string | undefined;

  const worker = async () => {
    while (next < items.length && !ended.aborted) {
      const i = next++;
      try {
        const deadline = AbortSignal.timeout(seconds * 1000);
        results[i] = await request(items[i] as I, AbortSignal.any([ended, deadline]));
      } catch (error) {
        if (failure) return; // aborted because of it
        log("picture_failed", { error: kindOf(error) });
        const isPermanent = error instanceof PermanentError;
        if (error instanceof PictureRefusedError) {
          problem ??= error.problem;
          continue;
        }
        passed = true;
        if (last && !isPermanent) continue;
        failure = isPermanent || error instanceof RetryableError ? error : new RetryableError();
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const none = !failure && !passed && next >= items.length && results.every((one) => one === null);
  if (problem && none) failure = misconfigured("pictures", problem);
  if (failure instanceof PermanentError) log("misconfigured", { problem: failure.message });
  if (failure) throw failure;
  if (next < items.length && !last) throw new RetryableError(); // time ran out between two requests
  return results;
}

/**
 * `fetch` for an API: no redirect, because a key goes with the request, and the answer's body ends with
 * an error after so many bytes.
 */
export const limitedFetch =
  ({ fetch }: Pick<PictureDeps, "fetch">, maxBytes: number): typeof fetch => async (input, init) =>
    limitBody(await fetch(input, { ...init, redirect: "error" }), maxBytes);

function limitBody(response: Response, maxBytes: number): Response {
  if (!response.body) return response;
  let size = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        if (size > maxBytes) controller.error(new AnswerTooLargeError());
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Response(counted, response);
}

/**
 * Downloads a picture by its URL, which must have been checked. A redirect is refused and not followed:
 * it could lead to any host.
 * @throws PictureRefusedError for what will be the same next time: a redirect, 4xx, too many bytes or pixels
 * @throws RetryableError for what may pass: 429, 5xx, bytes that are no picture
 */
export async function download(
  url: URL,
  { fetch, now }: PictureDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const response = await fetch(url, { redirect: "manual", signal });
  const { status, headers } = response;
  try {
    if (isPassing(status)) throw retryable(status, headers, now());
    if (status !== 200) throw new PictureRefusedError(status);
    const whole = limitBody(response, MAX_PICTURE_BYTES);
    return checkPicture(new Uint8Array(await whole.arrayBuffer()));
  } catch (error) {
    throw error instanceof AnswerTooLargeError ? new PictureRefusedError(status) : error;
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

/** Whether a later request may be answered differently. */
export const isPassing = (status: number) => status === 408 || status === 429 || status >= 500;

/**
 * Bytes that begin as a picture which can be drawn without harm: JPEG, PNG or WebP, and not more pixels
 * than 2048 × 2048, however few bytes say so.
 * @throws RetryableError if they are none of the three, a proxy's page for instance
 * @throws PictureRefusedError if they are too large
 */
export function checkPicture(bytes: Uint8Array): Uint8Array {
  const { width, height } = imageSize(bytes) ?? { width: 0, height: 0 };
  if (width * height === 0) throw new RetryableError();
  if (width * height > MAX_PICTURE_PIXELS) throw new PictureRefusedError();
  return bytes;
}
