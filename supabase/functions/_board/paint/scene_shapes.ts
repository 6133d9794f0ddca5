import type { SceneKind } from "../choose/topics.ts";
import type { Shape } from "./nodes.ts";
import type { TileColors } from "./palette.ts";
import {
  circle,
  ellipse,
  type Path,
  polygon,
  ring,
  roundedBox,
  transform,
  turned,
} from "./path.ts";

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
  readonly colors: TileColors;
  readonly dark: boolean;
}

const WHITE = "#FFFFFF";

type Random = () => number;

const fill = (path: Path, color: string, alpha: number): Shape => ({
  type: "shape",
  path,
  color,
  alpha,
});

/** Under a sine curve, closed along the tile's bottom. */
function under(
  { width, height }: Stage,
  base: number,
  swing: number,
  waves: number,
  phase: number,
): Path {
  const steps = 40;
  const curve = Array.from({ length: steps + 1 }, (_, i): [number, number] => {
    const t = i / steps;
    return [width * t, base + Math.sin(phase + t * waves * Math.PI * 2) * swing];
  });
  return polygon([[0, height], ...curve, [width, height]]);
}

/** Sun beams from behind the picture. */
function rays({ width, height, focus: { x, y, r }, colors }: Stage, next: Random): Shape[] {
  const beams = 16;
  const far = Math.hypot(width, height);
  const turn = next();
  const at = (i: number): [number, number] => {
    const angle = (turn + i) / beams * Math.PI * 2;
    return [x + Math.cos(angle) * far, y + Math.sin(angle) * far];
  };
  const rays = Array.from({ length: beams }, (_, i) => polygon([[x, y], at(i), at(i + 0.5)]));
  return [
    fill(rays.flat(), WHITE, 0.17),
    fill(circle(x, y, r * 1.36), colors.art, 0.2),
    fill(circle(x, y, r * 1.12), colors.art, 0.22),
  ];
}

/** A rainbow of rings out of the lower right corner. */
function arcs({ width, height, focus, colors }: Stage): Shape[] {
  const step = Math.max(focus.r * 0.44, Math.max(width, height) * 0.1);
  return [1, 2, 3, 4, 5, 6, 7].map((i) => {
    const r = step * (i - 0.5);
    return fill(ring(width, height, r, r, step), i % 2 ? colors.art : WHITE, 0.36 - i * 0.03);
  });
}

/** A low sun with halos over three ranges of hills. */
function hills(stage: Stage, next: Random): Shape[] {
  const { height, focus: { x, y, r }, colors, dark } = stage;
  const halos = [3, 2, 1, 0].map((i) =>
    fill(
      circle(x - r * 0.2, y - r * 0.24, r * (1 + i * 0.34)),
      WHITE,
      i ? 0.1 : dark ? 0.24 : 0.4,
    )
  );
  const ranges = [0, 1, 2].map((k) => {
    const swing = height * (0.085 - 0.018 * k);
    const range = under(stage, height * (0.66 + k * 0.12), swing, 1.1 + next(), next() * 6);
    return fill(range, colors.art, 0.2 + 0.14 * k);
  });
  return [...halos, ...ranges];
}

/** A halftone that grows towards the lower right. */
function dots({ width, height, colors }: Stage): Shape[] {
  const step = Math.min(width, height) / 9;
  const path: Path = [];
  for (let y = height - step / 2; y > 0; y -= step) {
    for (let x = width - step / 2; x > 0; x -= step) {
      const far = Math.hypot(x - width, y - height) / Math.hypot(width, height);
      const r = step * 0.4 * (1 - far * 1.3);
      if (r > 0.6) path.push(...circle(x, y, r));
    }
  }
  return [fill(path, colors.art, 0.38)];
}

/** Water: five swells, light and dark in turn. */
function waves(stage: Stage, next: Random): Shape[] {
  const { height, colors } = stage;
  const phase = next() * 6;
  return [0, 1, 2, 3, 4].map((k) => {
    const base = height * (0.54 + k * 0.1);
    const swell = under(stage, base, height * 0.038, 1.6 + 0.2 * k, phase + k * 1.9);
    return k % 2 ? fill(swell, WHITE, 0.2) : fill(swell, colors.art, 0.26);
  });
}

/** Two fans of big leaves rising behind the picture. */
function leaves({ width, height, focus, colors }: Stage, next: Random): Shape[] {
  const length = Math.max(focus.r * 1.9, Math.min(width, height) * 0.5);
  return Array.from({ length: 9 }, (_, k) => {
    const place = turned(-78 + k * 19.5 + next() * 8, focus.x, height + focus.r * 0.1);
    const l = length * (0.82 + 0.3 * next());
    const leaf = [
      ...[0, 0, 0, 3, l * 0.3, -l * 0.3, l * 0.26, -l * 0.78, 0, -l],
      ...[3, -l * 0.26, -l * 0.78, -l * 0.3, -l * 0.3, 0, 0, 4],
    ];
    const path = transform(leaf, place);
    return k % 2 ? fill(path, WHITE, 0.16) : fill(path, colors.art, 0.26);
  });
}

/** A night sky: orbits round the picture, and stars. */
function stars({ width, height, focus: { x, y, r }, colors, dark }: Stage, next: Random): Shape[] {
  const pen = Math.max(2, r * 0.018);
  const orbits = [1, 2, 3, 4].map((i) => {
    const orbit = ring(0, 0, r * (0.6 + i * 0.72), r * (0.22 + i * 0.29), pen);
    return fill(transform(orbit, turned(-22, x, y)), colors.art, 0.6 - i * 0.1);
  });
  const size = Math.min(1.9, Math.min(width, height) / 260);
  const [sparkles, white, tinted]: [Path, Path, Path] = [[], [], []];
  for (let k = 0; k < 64; k++) {
    const [sx, sy, bright] = [width * next(), height * next(), next()];
    const q = (1 + 3 * bright ** 3) * size;
    if (k % 8 === 0) sparkles.push(...sparkle(sx, sy, q * 3.4));
    else (dark || k % 2 ? white : tinted).push(...circle(sx, sy, q));
  }
  const alpha = dark ? 0.75 : 0.8;
  return [
    ...orbits,
    fill(sparkles, dark ? WHITE : colors.art, 0.7),
    fill(white, WHITE, alpha),
    fill(tinted, colors.art, alpha),
  ];
}

/** A star of four points. */
function sparkle(x: number, y: number, r: number): Path {
  const c = r * 0.14;
  return [
    ...[0, x, y - r, 2, x + c, y - c, x + r, y, 2, x + c, y + c, x, y + r],
    ...[2, x - c, y + c, x - r, y, 2, x - c, y - c, x, y - r, 4],
  ];
}

/** Paper scraps, thrown up round the picture: discs, strips and triangles. */
function confetti(
  { width, height, focus: { x, y, r }, colors, dark }: Stage,
  next: Random,
): Shape[] {
  const size = Math.min(2, Math.max(1, r / 75));
  const [tinted, white]: [Path, Path] = [[], []];
  for (let k = 0; k < 54; k++) {
    const turn = Math.PI * 2 * next();
    const far = r * (1.02 + 2.1 * next() ** 1.4);
    const [cx, cy] = [x + Math.cos(turn) * far, y + Math.sin(turn) * far * 0.92];
    const q = (5 + 7 * next()) * size;
    const place = turned(next() * 180, cx, cy);
    if (cx < -q || cx > width + q || cy < -q || cy > height + q) continue;
    const scrap = [
      () => ellipse(0, 0, q * 0.5, q * 0.5),
      () => roundedBox({ x: -q * 0.75, y: -q * 0.28, width: q * 1.5, height: q * 0.56 }, 2),
      () => polygon([[0, -q * 0.6], [q * 0.6, q * 0.5], [-q * 0.6, q * 0.5]]),
    ][k % 3]!();
    (k % 2 ? tinted : white).push(...transform(scrap, place));
  }
  return [
    fill(circle(x, y, r * 1.25), dark ? colors.art : WHITE, dark ? 0.1 : 0.2),
    fill(tinted, colors.art, 0.62),
    fill(white, WHITE, dark ? 0.5 : 0.75),
  ];
}

/** How each kind of scenery is drawn around the stage's focus, from back to front. */
export const SHAPES: Record<SceneKind, (stage: Stage, next: Random) => Shape[]> = {
  rays,
  arcs,
  hills,
  dots,
  waves,
  leaves,
  stars,
  confetti,
};
