export { type BoardInput, type BoardSize, type Photo } from "./compose.ts";
export { type Board, drawBoard } from "./draw.ts";
export type { Pack, Packs } from "./fonts.ts";
export { imageSize } from "./image_size.ts";
export { packsFor } from "./packs.ts";
