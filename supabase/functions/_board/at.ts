import type { Rect } from "./layout.ts";

/** The style that puts a node somewhere in its parent. */
export function at({ x, y, width, height }: Rect): Record<string, string | number> {
  return { position: "absolute", left: x, top: y, width, height };
}
