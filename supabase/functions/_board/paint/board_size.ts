/** The board's size and its fixed lines, in pixels of the layout. */
export const WIDTH = 1080;
export const HEIGHT = 1350;
/** The paper left and right of everything. */
export const MARGIN = 44;
/** The header's height; the tiles begin below it. */
export const HEADER = 190;
/** The footer's height; the tiles end above it. */
export const FOOTER = 76;

/** How large a board is drawn. */
export type BoardSize = "screen" | "print";

/** Pixels for each of the layout's, and JPEG quality. At 84 a board is 120 to 300 KB, most about 200. */
export const SIZES: Record<BoardSize, { ratio: number; quality: number }> = {
  /** 1080×1350: for screens and for sharing. */
  screen: { ratio: 1, quality: 84 },
  /** 2160×2700: 8 by 10 inches at 270 dots. */
  print: { ratio: 2, quality: 84 },
};
