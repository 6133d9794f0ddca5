import data from "../assets/illustrations.ts";
import type { Asset } from "../engine/asset.ts";
import type { Rect } from "./layout.ts";

/** An illustration: a WebP of 256 pixels square. */
export interface Illustration extends Asset {
  /** Its visible part: left, top, width, height, of 256. */
  readonly box: readonly [number, number, number, number];
  /** Its mean colour, `#rrggbb`. */
  readonly tint: string;
}

/** All illustrations by emoji. */
export const ILLUSTRATION_FILES = data as unknown as Readonly<Record<string, Illustration>>;

/** An illustration that a tile shows. */
export interface Shown {
  readonly illustration: Illustration;
  /** Whether it is cut off below, and so must rise from the tile's edge. */
  readonly rooted: boolean;
}

/** Where illustrations may stand, in pixels from the tile's upper left. */
export interface Space {
  /** Of the tile. */
  readonly width: number;
  readonly height: number;
  /** How tall the tallest may be, and how wide all together. */
  readonly side: number;
  readonly room: number;
  /** What stays free at the tile's right and lower edge. */
  readonly edge: number;
  /** In the tile's middle, as it has no caption; otherwise at its lower right. */
  readonly centred: boolean;
}

/** Illustrations in their places. */
export interface Group {
  /** By illustration: its full 256 px square, placed so that its visible part sits right. */
  readonly images: readonly Rect[];
  /** By illustration: its visible part. */
  readonly boxes: readonly Rect[];
  /** The middle of the whole, and half its larger side. */
  readonly focus: { readonly x: number; readonly y: number; readonly r: number };
  /** Where each that stands on something touches the ground, and half its width there. */
  readonly grounds: readonly { readonly x: number; readonly y: number; readonly r: number }[];
}

/** How large each is beside the first, and how far one overlaps its neighbour. */
const SCALE = [1, 0.82, 0.74, 0.68];
const OVERLAP = 0.14;

/**
 * Stands illustrations side by side, as people stand for a photograph: the first is the largest and in
 * front, at the right, or in the middle of those that have the tile for themselves.
 */
export function placeGroup(shown: readonly Shown[], space: Space): Group {
  const { width, height, side, room, edge, centred } = space;
  if (shown.length === 0) {
    // the scenery still needs a middle
    const focus = { x: width * 0.72, y: height * 0.72, r: Math.min(width, height) * 0.3 };
    return { images: [], boxes: [], focus, grounds: [] };
  }
  const sizes = shown.map(({ illustration: { box } }, i) => {
    const zoom = (SCALE[i] ?? 0.6) / Math.max(box[2], box[3]);
    return { width: box[2] * zoom, height: box[3] * zoom, zoom };
  });
  const total = sizes.reduce((sum, size) => sum + size.width, 0) - OVERLAP * (shown.length - 1);
  const unit = Math.min(side, room / total);
  const first = sizes[0]?.width ?? 0;
  // A lone narrow one keeps off the edge a little: a third of what it lacks in width.
  const inset = shown.length === 1 ? unit * (1 - first) * 0.35 : 0;
  const left = centred ? (width - total * unit) / 2 : width - edge - inset - total * unit;
  const tallest = Math.max(...sizes.map((size) => size.height)) * unit;
  const floor = centred && !shown.some(({ rooted }) => rooted)
    ? (height + tallest) / 2
    : height - edge;

  const images: Rect[] = [];
  const boxes: Rect[] = [];
  const grounds: Group["grounds"][number][] = [];
  let x = left;
  for (const i of fromTheLeft(shown.length, centred)) {
    const { illustration: { box }, rooted } = shown[i] as Shown;
    const size = sizes[i] as typeof sizes[number];
    const [w, h, zoom] = [size.width * unit, size.height * unit, size.zoom * unit];
    const bottom = rooted ? height + 1 : floor;
    images[i] = {
      x: x - box[0] * zoom,
      y: bottom - h - box[1] * zoom,
      width: 256 * zoom,
      height: 256 * zoom,
    };
    boxes[i] = { x, y: bottom - h, width: w, height: h };
    if (!rooted) grounds.push({ x: x + w / 2, y: bottom - unit * 0.01, r: w * 0.46 });
    x += w - OVERLAP * unit;
  }
  return {
    images,
    boxes,
    focus: {
      x: left + total * unit / 2,
      y: (shown[0]?.rooted ? height : floor) - tallest / 2,
      r: Math.max(unit, total * unit) / 2,
    },
    grounds,
  };
}

/** The order to stand in: the first at the right end, or second from the left of a group in the middle. */
function fromTheLeft(count: number, centred: boolean): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  if (!centred) return order.reverse();
  return count > 2 ? [1, 0, ...order.slice(2)] : order;
}
