import type { Picture } from "../engine/decode.ts";
import type { Matrix } from "../engine/painter.ts";
import type { Face } from "../text/face.ts";
import type { Rect } from "./layout.ts";
import type { Palette } from "./palette.ts";
import { type Path, roundedBox, transform } from "./path.ts";

/** An opacity, 0 to 1, at a place of a gradient, 0 to 1. */
export type Stop = readonly [place: number, alpha: number];

/**
 * What a board is made of, from back to front. Lengths are pixels from the upper left of the board, or of
 * the card that a node lies on; colours are `#rrggbb`.
 */
export type Node =
  /** Two colours in a straight line, at an angle of CSS in degrees; the second is reached at `end`. */
  | {
    readonly type: "gradient";
    readonly rect: Rect;
    readonly angle: number;
    readonly colors: readonly [from: string, to: string];
    readonly end: number;
  }
  /** A round light or shadow: one colour, fading with the distance from the middle. */
  | {
    readonly type: "glow";
    readonly x: number;
    readonly y: number;
    readonly rx: number;
    readonly ry: number;
    readonly color: string;
    readonly stops: readonly Stop[];
  }
  /** One colour, fading towards a side. */
  | {
    readonly type: "veil";
    readonly rect: Rect;
    readonly towards: "top" | "bottom" | "left" | "right";
    readonly color: string;
    readonly stops: readonly Stop[];
  }
  | Shape
  | TextNode
  /** A picture in its place, or cropped to fill it. */
  | {
    readonly type: "picture";
    readonly picture: Picture;
    readonly rect: Rect;
    readonly crop?: boolean;
  }
  /** A rounded card with a shadow; its nodes are cut at its edge. */
  | {
    readonly type: "card";
    readonly rect: Rect;
    readonly radius: number;
    readonly shadow: Palette["shadow"];
    readonly nodes: readonly Node[];
  };

/** A path, filled. */
export interface Shape {
  readonly type: "shape";
  readonly path: Path;
  readonly color: string;
  readonly alpha: number;
}

/** A line of text. */
export interface TextNode {
  readonly type: "text";
  readonly text: string;
  readonly face: Face;
  /** The font's size in pixels. */
  readonly size: number;
  /** Where the line begins, or where it ends: one of the two. */
  readonly left?: number;
  readonly right?: number;
  readonly top: number;
  /** The line's height in multiples of the size; the letters stand in its middle. */
  readonly leading: number;
  readonly color: string;
  /** Moves and turns the line. */
  readonly matrix?: Matrix;
}

/** A tile's card, with a bright rim along its upper edge between the scenery and what stands before it. */
export function card(
  rect: Rect,
  { shadow, rim }: Palette,
  scenery: readonly Node[],
  content: readonly Node[],
): Node {
  const { width, height } = rect;
  const radius = Math.round(20 + Math.min(width, height) * 0.04);
  const strip = { x: 0, y: 0, width, height: radius + 2 };
  const below = { ...strip, y: rim.width, height: strip.height - rim.width };
  // mirrored, it runs the other way round and is a hole
  const hole = transform(roundedBox(below, radius, 0), [-1, 0, 0, 1, width, 0]);
  const path = [...roundedBox(strip, radius, 0), ...hole];
  const edge: Shape = { type: "shape", path, color: "#FFFFFF", alpha: rim.alpha };
  return { type: "card", rect, radius, shadow, nodes: [...scenery, edge, ...content] };
}
