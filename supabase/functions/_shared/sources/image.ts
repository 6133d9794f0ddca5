import { TryLater } from "../failures.ts";
import { Refused } from "./failures.ts";

/** At 8 bits a channel a decoded picture takes 4 bytes a pixel, and the function has 256 MB in all. */
const MOST_PIXELS = 2048 * 2048;

/**
 * Bytes that begin as a picture which can be drawn without harm: JPEG, PNG or WebP, and not more pixels
 * than 2048 × 2048, however few bytes say so.
 * @throws TryLater if they are none of the three, a proxy's page for instance
 * @throws Refused if they are too large
 */
export function checked(bytes: Uint8Array): Uint8Array {
  const [width, height] = sizeOf(bytes);
  if (width * height === 0) throw new TryLater();
  if (width * height > MOST_PIXELS) throw new Refused();
  return bytes;
}

type Size = readonly [width: number, height: number];
const NONE: Size = [0, 0];

/** In pixels; 0 by 0 if it is none of the three. */
function sizeOf(bytes: Uint8Array): Size {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  if (bytes.length < 32) return NONE;
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return [view.getUint32(16), view.getUint32(20)];
  if (head.startsWith("\xff\xd8\xff")) return sizeOfJpeg(view);
  if (/^RIFF....WEBPVP8[ LX]/s.test(head)) return sizeOfWebp(view, head.charAt(15));
  return NONE;
}

/** The frame header (SOF0 to SOF15 without the three that are none) is behind segments of any length. */
function sizeOfJpeg(view: DataView): Size {
  for (let at = 2; at + 9 <= view.byteLength && view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2); // 0xff: fill bytes
  }
  return NONE;
}

/** https://developers.google.com/speed/webp/docs/riff_container: lossy, lossless, extended. */
function sizeOfWebp(view: DataView, kind: string): Size {
  if (kind === " ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (kind === "L") {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1];
  }
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  return [uint24(24) + 1, uint24(27) + 1];
}
