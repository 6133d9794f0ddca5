import type { Rect } from "./layout.ts";
import type { Tile } from "./tile.ts";

/**
 * A tile as readers from right to left expect it: the caption at the right, the pictures at the left. They
 * themselves stay as they are. So does the stage, since the scenery is drawn first and mirrored then.
 */
export function mirrorTile(tile: Tile): Tile {
  const { focus, width } = tile.stage;
  const move = (rect: Rect) => ({ ...rect, x: rect.x + width - 2 * focus.x });
  return { ...tile, images: tile.images.map(move), boxes: tile.boxes.map(move), mirrored: true };
}

/** Scenery, an SVG document, with left and right changed. */
export function mirrorScene(svg: string, width: number): string {
  return svg
    .replace(/^<svg[^>]*>/, (open) => `${open}<g transform="translate(${width} 0) scale(-1 1)">`)
    .replace(/<\/svg>$/, "</g></svg>");
}
