import type { SceneKind } from "../choose/topics.ts";
import { random } from "../engine/random.ts";
import type { Node } from "../engine/takumi.d.ts";
import { glow, placeAt } from "./nodes.ts";
import { mix } from "./palette.ts";
import { px, SHAPES, type Stage } from "./scene_shapes.ts";

/** The scenery of a tile, from back to front. Gradients are CSS, which the engine draws faster than SVG. */
export interface Scene {
  /** The tile's background: a CSS gradient. */
  readonly sky: string;
  /** A light behind the picture. */
  readonly behind: readonly Node[];
  /** What the kind of scenery is, as an SVG document of the tile's size. */
  readonly shapes: string;
  /** The veil behind the caption, and the shadows that pictures stand on. */
  readonly before: readonly Node[];
}

/**
 * Draws the scenery of a tile. The same arguments give the same scene.
 * @param mirrored with left and right changed, for captions that run from the right
 */
export function drawScene(
  kind: SceneKind,
  stage: Stage,
  seed: number,
  mirrored = false,
): Scene {
  const { width, height, focus, grounds, colors, dark } = stage;
  const [w, h] = [px(width), px(height)];
  const across = (x: number) => mirrored ? width - x : x;
  const bright = dark ? colors.art : "#FFFFFF";
  const shapes = SHAPES[kind](stage, random(seed));
  return {
    sky: sky(stage, mirrored),
    behind: [
      glow(
        { x: across(focus.x), y: focus.y, r: focus.r * 1.8 },
        stops(bright, [[0, dark ? 0.5 : 0.55], [0.45, dark ? 0.2 : 0.24], [1, 0]]),
        stage,
      ),
    ],
    shapes:
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">` +
      (mirrored ? `<g transform="translate(${w} 0) scale(-1 1)">${shapes}</g>` : shapes) +
      "</svg>",
    before: [
      ...veil(stage, mirrored),
      ...grounds.map(({ x, y, r }): Node => ({
        type: "container",
        style: {
          ...placeAt({ x: across(x) - r, y: y - r * 0.17, width: 2 * r, height: 0.34 * r }),
          backgroundImage: `radial-gradient(closest-side, ${
            stops("#1B0F1E", [[0, dark ? 0.5 : 0.34], [1, 0]])
          })`,
        },
      })),
    ],
  };
}

/** From the corner where the caption begins, mostly downwards; the lower colour is reached before the end. */
function sky({ width, height, colors }: Stage, mirrored: boolean): string {
  const lean = 0.3;
  const angle = 180 - (mirrored ? -1 : 1) * Math.atan(lean * height / width) * 180 / Math.PI;
  const end = (1 + lean ** 2) / (1 + lean);
  return `linear-gradient(${px(angle)}deg, ${colors.top}, ${colors.bottom} ${px(100 * end)}%)`;
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
  const fall = [0, 0.25, 0.5, 0.75, 1].map((t): Stop => [
    t + (1 - t) * hold * end / reach,
    0.5 * most * (1 + Math.cos(t * Math.PI)),
  ]);
  const [w, h] = beside ? [width * reach, height] : [width, height * reach];
  const towards = beside ? mirrored ? "left" : "right" : "bottom";
  return [{
    type: "container",
    style: {
      ...placeAt({ x: beside && mirrored ? width - w : 0, y: 0, width: w, height: h }),
      backgroundImage: `linear-gradient(to ${towards}, ${stops(color, fall)})`,
    },
  }];
}

type Stop = readonly [offset: number, opacity: number];

/** One colour's stops of a CSS gradient. */
const stops = (color: string, list: readonly Stop[]): string =>
  list.map(([offset, opacity]) =>
    `${color}${Math.round(255 * opacity).toString(16).padStart(2, "0")} ${px(100 * offset)}%`
  ).join(", ");
