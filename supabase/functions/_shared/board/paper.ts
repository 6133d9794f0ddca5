import type { Node } from "./takumi.d.ts";
import { HEIGHT, WIDTH } from "./layout.ts";
import type { Palette } from "./palette.ts";
import { at } from "./tile.ts";

/** The sheet that everything lies on: a gradient, and a light in two corners. */
export function paper(palette: Palette, children: Node[]): Node {
  const [light, deep] = palette.paper;
  // only as large as what lies on the sheet: these two are the most pixels of a board
  const glow = (x: number, y: number, r: number, color: string): Node => {
    const [left, top] = [Math.max(0, x - r), Math.max(0, y - r)];
    const [right, bottom] = [Math.min(WIDTH, x + r), Math.min(HEIGHT, y + r)];
    return {
      type: "container",
      style: {
        ...at({ x: left, y: top, width: right - left, height: bottom - top }),
        backgroundImage: `radial-gradient(circle ${r}px at ${x - left}px ${
          y - top
        }px, ${color}, transparent 70%)`,
      },
    };
  };
  return {
    type: "container",
    style: {
      position: "relative",
      overflow: "hidden",
      width: WIDTH,
      height: HEIGHT,
      backgroundImage: `linear-gradient(160deg, ${light}, ${deep})`,
    },
    children: [
      glow(WIDTH * 0.88, HEIGHT * 0.02, 640, palette.glows[0]),
      glow(WIDTH * 0.04, HEIGHT, 680, palette.glows[1]),
      ...children,
    ],
  };
}
