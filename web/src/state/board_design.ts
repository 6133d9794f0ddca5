/** The colours, places and words of the board, from where it is drawn: the miniature looks like it. */
import {
  HEIGHT,
  PALETTES,
  type TileColors,
  tilesFor,
  WIDTH,
} from "../../../supabase/functions/_board/preview.ts";

export {
  countInWords,
  dayInWords,
  titleFor,
  yearFor,
} from "../../../supabase/functions/_board/preview.ts";

/** Which of the theme's colours each place has: as on the board in the README, and such that neighbours differ in every layout. */
const ORDER = [2, 0, 6, 5, 7, 3, 1, 4, 0, 6, 2, 5];

/** The colours of the goal at a place. The real board also looks at the colours of its pictures. */
export const colorsAt = (place: number, theme: "light" | "dark"): TileColors =>
  PALETTES[theme].tiles[ORDER[place % ORDER.length]!]!;

const percent = (part: number, whole: number) => `${(part / whole * 100).toFixed(3)}%`;

/** Where the tiles of so many goals are, in per cent of the board. */
export function placesFor(count: number): Record<"left" | "top" | "width" | "height", string>[] {
  return tilesFor(count).map(({ x, y, width, height }) => ({
    left: percent(x, WIDTH),
    top: percent(y, HEIGHT),
    width: percent(width, WIDTH),
    height: percent(height, HEIGHT),
  }));
}

/** The background that shows a tile's own part of the whole board. */
export function partOf(count: number, place: number): { size: string; position: string } {
  const { x, y, width, height } = tilesFor(count)[place]!;
  const along = (at: number, part: number, whole: number) => percent(at, Math.max(1, whole - part));
  return {
    size: `${percent(WIDTH, width)} ${percent(HEIGHT, height)}`,
    position: `${along(x, width, WIDTH)} ${along(y, height, HEIGHT)}`,
  };
}
