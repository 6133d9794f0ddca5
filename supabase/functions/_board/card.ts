import type { Node } from "./takumi.d.ts";
import { at } from "./at.ts";
import type { Rect } from "./layout.ts";
import type { Hue, Palette } from "./palette.ts";

/**
 * A tile's card: rounded, with a shadow under it and a bright rim at its upper edge.
 * @param background a CSS gradient, where the scenery does not cover all of it
 * @param scenery below the rim
 * @param content above it
 */
export function card(
  rect: Rect,
  palette: Palette,
  hue: Hue,
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
      ...at(rect),
      overflow: "hidden",
      borderRadius: radius,
      backgroundColor: hue.bottom,
      ...(background && { backgroundImage: background }),
      boxShadow: palette.shadow,
    },
    children: [
      ...scenery,
      {
        type: "container",
        style: {
          ...at({ x: 0, y: 0, width: rect.width, height: radius + 2 }),
          borderRadius: `${radius}px ${radius}px 0 0`,
          boxShadow: palette.rim,
        },
      },
      ...content,
    ],
  };
}
