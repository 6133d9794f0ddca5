import type { Tile } from "./tile.ts";

/**
 * A tile as readers from right to left expect it: the caption at the right, the picture at the left. The
 * picture itself stays as it is. So does the stage, since the scenery is drawn first and mirrored then.
 */
export function mirrorTile(tile: Tile): Tile {
  const { focus, width } = tile.stage;
  const images = tile.images.map((image) => ({ ...image, x: image.x + width - 2 * focus.x }));
  return { ...tile, images, mirrored: true };
}

/** Scenery, an SVG document, with left and right changed. */
export function mirrorScene(svg: string, width: number): string {
  return svg
    .replace(/^<svg[^>]*>/, (open) => `${open}<g transform="translate(${width} 0) scale(-1 1)">`)
    .replace(/<\/svg>$/, "</g></svg>");
}
