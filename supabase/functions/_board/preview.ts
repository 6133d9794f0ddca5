/**
 * What a page needs to show a board before it is drawn: places, colours and words. Apart from `mod.ts`, as
 * drawing needs Node's modules, which a browser lacks.
 */
export { MAX_GOALS, type Rect, tilesFor } from "./paint/layout.ts";
export { PALETTES, type TileColors } from "./paint/palette.ts";
export { HEIGHT, WIDTH } from "./paint/size.ts";
export { countInWords, dayInWords, titleFor, yearFor } from "./text/wording.ts";
