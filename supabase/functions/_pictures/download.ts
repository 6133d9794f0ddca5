import { later, Refused } from "./failures.ts";
import { checked } from "./image.ts";
import type { Outside } from "./source.ts";

/** Photographs of 1880 pixels are about 0.5 MB, PNGs of 1024 pixels about 2 MB. */
export const MOST_BYTES = 8 * 1024 * 1024;

/** The answer was longer than allowed. */
class TooLarge extends Error {
  override name = "TooLarge";
}

/**
 * `fetch` for an API: no redirect, because a key goes with the request, and an answer's body ends with an
 * error behind so many bytes.
 */
export const bounded =
  (outside: Pick<Outside, "fetch">, limit: number): typeof fetch => async (input, init) => {
    const response = await outside.fetch(input, { ...init, redirect: "error" });
    if (!response.body) return response;
    let size = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          size += chunk.byteLength;
          if (size > limit) controller.error(new TooLarge());
          else controller.enqueue(chunk);
        },
      }),
    );
    return new Response(counted, response);
  };

/**
 * A picture by its URL, which must have been checked. A redirect is refused and not followed: it could
 * lead to any host.
 * @throws Refused for what will be the same next time: a redirect, 4xx, too many bytes or pixels
 * @throws RetryableError for what may pass: 429, 5xx, bytes that are no picture
 */
export async function download(
  url: URL,
  outside: Outside,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const response = await outside.fetch(url, { redirect: "manual", signal });
  const { status, headers } = response;
  try {
    if (status === 408 || status === 429 || status >= 500) {
      throw later(status, headers, outside.now());
    }
    if (status !== 200) throw new Refused(status);
    return checked(await read(response));
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

async function read(response: Response): Promise<Uint8Array> {
  const whole = bounded({ fetch: () => Promise.resolve(response) }, MOST_BYTES);
  try {
    return new Uint8Array(await (await whole("")).arrayBuffer());
  } catch (error) {
    throw error instanceof TooLarge ? new Refused(response.status) : error;
  }
}
