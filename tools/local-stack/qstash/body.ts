import type { Bytes } from "./message.ts";

/** The largest message, in bytes: the strict reading of QStash's 1 MB. */
export const MAX_BODY = 1_000_000;

/**
 * Reads a body, but never more of it than a message may have.
 *
 * @returns up to `MAX_BODY` bytes, and whether there were more
 */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
): Promise<{ bytes: Bytes; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let [length, truncated] = [0, false];
  // Leaving the loop cancels the stream, which frees the connection.
  for await (const chunk of stream ?? []) {
    chunks.push(chunk.subarray(0, MAX_BODY - length));
    length += chunk.length;
    truncated = length > MAX_BODY;
    if (truncated) break;
  }
  const bytes = new Uint8Array(Math.min(length, MAX_BODY));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return { bytes, truncated };
}
