import type { Rect } from "./layout.ts";
import type { Tile } from "./tile.ts";

/**
 * A tile as readers from right to left expect it: the caption at the right, the pictures at the left. They
 * themselves stay as they are. So does the stage: `drawScene` mirrors what it draws on it.
 */
export function mirrorTile(tile: Tile): Tile {
  const { width } = tile.stage;
  const boxes = tile.boxes.map((box): Rect => ({ ...box, x: width - box.x - box.width }));
  const images = tile.images.map((image, i): Rect => ({
    ...image,
    x: image.x + (boxes[i]?.x ?? 0) - (tile.boxes[i]?.x ?? 0),
  }));
  return { ...tile, boxes, images, mirrored: true };
}
