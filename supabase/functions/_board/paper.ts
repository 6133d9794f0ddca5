import type { Node } from "./takumi.d.ts";
import { HEIGHT, WIDTH } from "./layout.ts";
import { glow } from "./glow.ts";
import type { Palette } from "./palette.ts";

/** The sheet that everything lies on: a gradient, and a light in two corners. */
export function paper(palette: Palette, children: Node[]): Node {
  const [light, deep] = palette.paper;
  const sheet = { width: WIDTH, height: HEIGHT };
  const corner = (x: number, y: number, r: number, color: string) =>
    glow({ x, y, r }, `${color}, transparent`, sheet);
  return {
    type: "container",
    style: {
      position: "relative",
      overflow: "hidden",
      ...sheet,
      backgroundImage: `linear-gradient(160deg, ${light}, ${deep})`,
    },
    children: [
      corner(WIDTH * 0.88, HEIGHT * 0.02, 448, palette.glows[0]),
      corner(WIDTH * 0.04, HEIGHT, 476, palette.glows[1]),
      ...children,
    ],
  };
}
