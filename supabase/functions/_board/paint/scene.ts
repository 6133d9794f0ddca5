import type { SceneKind } from "../choose/topics.ts";
import { random } from "../engine/random.ts";
import type { Node, Stop } from "./nodes.ts";
import { mix } from "./palette.ts";
import { transform } from "./path.ts";
import { SHAPES, type Stage } from "./scene_shapes.ts";

/**
 * Draws the scenery of a tile, from back to front: the sky, a light behind the picture, what the kind of
 * scenery is, a veil behind the caption, and the shadows that pictures stand on. The same arguments give the
 * same scene.
 * @param mirrored with left and right changed, for captions that run from the right
 */
export function drawScene(kind: SceneKind, stage: Stage, seed: number, mirrored = false): Node[] {
  const { width, focus, grounds, colors, dark } = stage;
  const across = (x: number) => mirrored ? width - x : x;
  const shapes = SHAPES[kind](stage, random(seed));
  return [
    sky(stage, mirrored),
    {
      type: "glow",
      x: across(focus.x),
      y: focus.y,
      rx: focus.r * 1.8,
      ry: focus.r * 1.8,
      color: dark ? colors.art : "#FFFFFF",
      stops: [[0, dark ? 0.5 : 0.55], [0.45, dark ? 0.2 : 0.24], [1, 0]],
    },
    ...mirrored
      ? shapes.map((shape) => ({ ...shape, path: transform(shape.path, [-1, 0, 0, 1, width, 0]) }))
      : shapes,
    ...veil(stage, mirrored),
    ...grounds.map(({ x, y, r }): Node => ({
      type: "glow",
      x: across(x),
      y,
      rx: r,
      ry: 0.17 * r,
      color: "#1B0F1E",
      stops: [[0, dark ? 0.5 : 0.34], [1, 0]],
    })),
  ];
}

/** From the corner where the caption begins, mostly downwards; the lower colour is reached before the end. */
function sky({ width, height, colors }: Stage, mirrored: boolean): Node {
  const lean = 0.3;
  return {
    type: "gradient",
    rect: { x: 0, y: 0, width, height },
    angle: 180 - (mirrored ? -1 : 1) * Math.atan(lean * height / width) * 180 / Math.PI,
    colors: [colors.top, colors.bottom],
    end: (1 + lean ** 2) / (1 + lean),
  };
}

/**
 * The tile's own colour laid over the scenery behind the caption, fading out past its end: the scenery
 * never costs the caption its contrast. By night, where letters are bright and so is the scenery, it is
 * deeper and falls only where the caption ends.
 */
function veil({ width, height, text, beside, colors, dark }: Stage, mirrored: boolean): Node[] {
  const end = beside ? text.right / width : text.bottom / height;
  if (end === 0) return [];
  const reach = Math.min(1, end + (beside ? 0.22 : 0.28));
  const [color, most, hold] = dark
    ? [mix(colors.top, colors.bottom, 0.45), 0.86, 0.97]
    : [colors.top, 0.72, 0.5];
  // A cosine's fall, in five stops: a straight one shows where it ends.
  const stops = [0, 0.25, 0.5, 0.75, 1].map((t): Stop => [
    t + (1 - t) * hold * end / reach,
    0.5 * most * (1 + Math.cos(t * Math.PI)),
  ]);
  const [w, h] = beside ? [width * reach, height] : [width, height * reach];
  const towards = beside ? mirrored ? "left" : "right" : "bottom";
  const rect = { x: beside && mirrored ? width - w : 0, y: 0, width: w, height: h };
  return [{ type: "veil", rect, towards, color, stops }];
}
