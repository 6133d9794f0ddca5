import { type BoardInput, type BoardSize, composeBoard } from "./compose.ts";
import { HEIGHT, WIDTH } from "./layout.ts";
import { FALLBACK } from "./measure.ts";

export type { BoardInput };

/** A drawn board. */
export interface Board {
  readonly bytes: Uint8Array;
  readonly contentType: "image/jpeg";
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** How many characters were left out because no font at hand draws them. Emoji do not count. */
  readonly missing: number;
}

/** Pixels for each of the layout's, and JPEG quality. At 84 a board is 120 to 300 KB, most about 200. */
const SIZES: Record<BoardSize, { ratio: number; quality: number }> = {
  /** 1080×1350: for screens and for sharing. */
  screen: { ratio: 1, quality: 84 },
  /** 2160×2700: 8 by 10 inches at 270 dots. */
  print: { ratio: 2, quality: 84 },
};

/**
 * Draws a vision board: one tile a goal, a picture that fits it, a title and a footer.
 *
 * Pure: the same input gives the same bytes, whatever was drawn before or is drawn at the same time.
 * No network, no files. The first call in an isolate starts the engine. Drawing itself is synchronous
 * and takes about 300 ms of CPU the first time and 180 then.
 *
 * @throws {RangeError} for less than 1 goal, more than 12, or a date that is none
 */
export async function drawBoard(input: BoardInput): Promise<Board> {
  const { renderer, root, images, missing } = await composeBoard(input);
  const { ratio, quality } = SIZES[input.size ?? "screen"];
  const [width, height] = [WIDTH * ratio, HEIGHT * ratio];
  const bytes = await renderer.render(root, {
    width,
    height,
    devicePixelRatio: ratio,
    format: "jpeg",
    quality,
    images,
    fontFamilies: FALLBACK,
  });
  return { bytes, contentType: "image/jpeg", width, height, missing };
}
