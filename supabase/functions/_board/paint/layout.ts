import { FOOTER, HEADER, HEIGHT, MARGIN, WIDTH } from "./board_size.ts";

/** Between two tiles. */
const GAP = 18;

/** A rectangle in pixels, from the board's upper left. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The grid of each count: one row of text for each grid row, one letter for each goal. A goal's tile is the
 * rectangle of its letter, and letters go by the goals' order.
 */
const GRIDS: readonly string[] = [
  "a",
  "a/b",
  "aa/bc",
  "ac/ac/ad/bd/bd",
  "aab/aac/dee/dee",
  "aab/aac/dff/eff",
  "aab/aac/dde/fgg",
  "aab/aac/def/ghh",
  "aab/aac/def/ghi",
  "aab/cde/fgh/ijj",
  "aab/cde/fgh/ijk",
  "abc/def/ghi/jkl",
];

/**
 * The tiles for a number of goals, first goal first.
 *
 * @throws {RangeError} for fewer than 1 goal or more than 12
 */
export function tilesFor(count: number): Rect[] {
  const grid = GRIDS[count - 1]?.split("/");
  if (!grid) {
    throw new RangeError(`A board holds 1 to ${GRIDS.length} goals, not ${count}.`);
  }
  const columns = grid[0]?.length ?? 1;
  const width = (WIDTH - 2 * MARGIN + GAP) / columns;
  const height = (HEIGHT - HEADER - FOOTER + GAP) / grid.length;
  return Array.from({ length: count }, (_, i) => {
    const letter = "abcdefghijkl".charAt(i);
    const rows = grid.flatMap((row, y) => row.includes(letter) ? [y] : []);
    const row = grid[rows[0] ?? 0] ?? "";
    const [left, right] = [row.indexOf(letter), row.lastIndexOf(letter) + 1];
    const [top, bottom] = [rows[0] ?? 0, (rows.at(-1) ?? 0) + 1];
    const x = Math.round(MARGIN + left * width);
    const y = Math.round(HEADER + top * height);
    return {
      x,
      y,
      width: Math.round(MARGIN + right * width - GAP) - x,
      height: Math.round(HEADER + bottom * height - GAP) - y,
    };
  });
}

/** Whether two tiles share an edge, over the gap. */
export function touching(a: Rect, b: Rect): boolean {
  const near = GAP + 2;
  const overlap = (p: number, q: number, r: number, s: number) => p < r + s && r < p + q;
  const nearX = overlap(a.x - near, a.width + 2 * near, b.x, b.width);
  const nearY = overlap(a.y - near, a.height + 2 * near, b.y, b.height);
  const inX = overlap(a.x, a.width, b.x, b.width);
  const inY = overlap(a.y, a.height, b.y, b.height);
  return (nearX && inY) || (nearY && inX);
}
