import { imageSize } from "../_board/mod.ts";
import { RetryableError } from "../_shared/errors.ts";
import { Refused } from "./failures.ts";

/** At 8 bits a channel a decoded picture takes 4 bytes a pixel, and the function has 256 MB in all. */
const MOST_PIXELS = 2048 * 2048;

/**
 * Bytes that begin as a picture which can be drawn without harm: JPEG, PNG or WebP, and not more pixels
 * than 2048 × 2048, however few bytes say so.
 * @throws RetryableError if they are none of the three, a proxy's page for instance
 * @throws Refused if they are too large
 */
export function checked(bytes: Uint8Array): Uint8Array {
  const { width, height } = imageSize(bytes) ?? { width: 0, height: 0 };
  if (width * height === 0) throw new RetryableError();
  if (width * height > MOST_PIXELS) throw new Refused();
  return bytes;
}
