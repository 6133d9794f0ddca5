import { type Hue, mix } from "./palette.ts";
import { random } from "./random.ts";
import { SHAPES } from "./shapes.ts";

/** The kinds of scenery. */
export type SceneKind =
  | "rays"
  | "arcs"
  | "hills"
  | "dots"
  | "waves"
  | "leaves"
  | "stars"
  | "confetti";

/** What a scene is drawn around. All in pixels from the tile's upper left. */
export interface Stage {
  readonly width: number;
  readonly height: number;
  /** The picture: its middle and half its larger side. */
  readonly focus: { readonly x: number; readonly y: number; readonly r: number };
  /** Where pictures touch the ground, and half their width there. */
  readonly grounds: readonly { readonly x: number; readonly y: number; readonly r: number }[];
  /** The caption's right and lower end; both 0 without a caption. */
  readonly text: { readonly right: number; readonly bottom: number };
  /** Whether the caption stands beside the picture and not above it. */
  readonly beside: boolean;
  readonly hue: Hue;
  readonly dark: boolean;
}

/** Pixels to a tenth: shorter SVG, the same picture. */
export const px = (n: number) => String(Math.round(n * 10) / 10);

/** The scenery of a tile, as an SVG document. The same arguments give the same text. */
export function drawScene(kind: SceneKind, stage: Stage, seed: number): string {
  const { width, height, focus, grounds, hue, dark } = stage;
  const [w, h] = [px(width), px(height)];
  const glow = dark ? hue.art : "#fff";
  const cover = veil(stage);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">` +
    `<defs>` +
    gradient("sky", `x1="0" y1="0" x2=".3" y2="1"`, [[0, hue.top, 1], [1, hue.bottom, 1]]) +
    radial("glow", [[0, glow, dark ? 0.5 : 0.55], [0.45, glow, dark ? 0.2 : 0.24], [1, glow, 0]]) +
    radial("shade", [[0, "#1b0f1e", dark ? 0.5 : 0.34], [1, "#1b0f1e", 0]]) +
    cover.defs +
    `</defs><rect width="${w}" height="${h}" fill="url(#sky)"/>` +
    `<circle cx="${px(focus.x)}" cy="${px(focus.y)}" r="${px(focus.r * 1.8)}" fill="url(#glow)"/>` +
    SHAPES[kind](stage, random(seed)) +
    cover.rect +
    grounds.map(({ x, y, r }) =>
      `<ellipse cx="${px(x)}" cy="${px(y)}" rx="${px(r)}" ry="${px(r * 0.17)}" fill="url(#shade)"/>`
    ).join("") + "</svg>";
}

/**
 * The tile's own colour laid over the scenery behind the caption, fading out past its end: the scenery
 * never costs the caption its contrast. By night, where letters are bright and so is the scenery, it is
 * deeper and falls only where the caption ends.
 */
function veil({ width, height, text, beside, hue, dark }: Stage): { defs: string; rect: string } {
  const end = beside ? text.right / width : text.bottom / height;
  if (end === 0) return { defs: "", rect: "" };
  const reach = Math.min(1, end + (beside ? 0.22 : 0.28));
  const [color, most, hold] = dark
    ? [mix(hue.top, hue.bottom, 0.45), 0.86, 0.97]
    : [hue.top, 0.72, 0.5];
  // A cosine's fall, in five stops: a straight one shows where it ends.
  const fall = [0, 0.25, 0.5, 0.75, 1].map((t): Stop => [
    t + (1 - t) * hold * end / reach,
    color,
    Math.round(50 * most * (1 + Math.cos(t * Math.PI))) / 100,
  ]);
  const axis = beside ? `x1="0" y1="0" x2="1" y2="0"` : `x1="0" y1="0" x2="0" y2="1"`;
  const [w, h] = beside ? [width * reach, height] : [width, height * reach];
  return {
    defs: gradient("veil", axis, fall),
    rect: `<rect width="${px(w)}" height="${px(h)}" fill="url(#veil)"/>`,
  };
}

type Stop = readonly [offset: number, color: string, opacity: number];

function stops(list: readonly Stop[]): string {
  return list.map(([offset, color, opacity]) =>
    `<stop offset="${
      Math.round(offset * 1000) / 1000
    }" stop-color="${color}" stop-opacity="${opacity}"/>`
  ).join("");
}

const gradient = (id: string, axis: string, list: readonly Stop[]) =>
  `<linearGradient id="${id}" ${axis}>${stops(list)}</linearGradient>`;

const radial = (id: string, list: readonly Stop[]) =>
  `<radialGradient id="${id}">${stops(list)}</radialGradient>`;
