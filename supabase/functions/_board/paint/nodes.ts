import type { Node } from "../engine/takumi.d.ts";
import type { Rect } from "./layout.ts";
import type { Palette, TileColors } from "./palette.ts";

/** The style that puts a node somewhere in its parent. */
export function placeAt({ x, y, width, height }: Rect): Record<string, string | number> {
  return { position: "absolute", left: x, top: y, width, height };
}

/**
 * A round light, as far as it lies on a surface of this size. A node of its own, and no larger: the engine
 * draws a gradient of CSS in a seventh of the time that it takes for one in SVG.
 * @param stops of a CSS gradient from the middle outwards
 */
export function glow(
  { x, y, r }: { readonly x: number; readonly y: number; readonly r: number },
  stops: string,
  surface: { readonly width: number; readonly height: number },
): Node {
  const [left, top] = [Math.max(0, x - r), Math.max(0, y - r)];
  const [right, bottom] = [Math.min(surface.width, x + r), Math.min(surface.height, y + r)];
  return {
    type: "container",
    style: {
      ...placeAt({ x: left, y: top, width: right - left, height: bottom - top }),
      backgroundImage: `radial-gradient(circle ${r}px at ${x - left}px ${y - top}px, ${stops})`,
    },
  };
}

/**
 * A tile's card: rounded, with a shadow under it and a bright rim at its upper edge.
 * @param background a CSS gradient, where the scenery does not cover all of it
 * @param scenery below the rim
 * @param content above it
 */
export function card(
  rect: Rect,
  palette: Palette,
  colors: TileColors,
  { background, scenery, content }: {
    readonly background?: string;
    readonly scenery: readonly Node[];
    readonly content: readonly Node[];
  },
): Node {
  const radius = Math.round(20 + Math.min(rect.width, rect.height) * 0.04);
  return {
    type: "container",
    style: {
      ...placeAt(rect),
      overflow: "hidden",
      borderRadius: radius,
      backgroundColor: colors.bottom,
      ...(background && { backgroundImage: background }),
      boxShadow: palette.shadow,
    },
    children: [
      ...scenery,
      {
        type: "container",
        style: {
          ...placeAt({ x: 0, y: 0, width: rect.width, height: radius + 2 }),
          borderRadius: `${radius}px ${radius}px 0 0`,
          boxShadow: palette.rim,
        },
      },
      ...content,
    ],
  };
}
