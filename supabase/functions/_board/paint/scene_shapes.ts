import type { SceneKind } from "../choose/topics.ts";
import type { TileColors } from "./palette.ts";

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

/** Pixels to a tenth: shorter SVG, the same picture. */
export const px = (n: number) => String(Math.round(n * 10) / 10);

type Random = () => number;

/** A path under a sine curve, closed along the tile's bottom. */
function under(
  { width, height }: Stage,
  base: number,
  swing: number,
  waves: number,
  phase: number,
): string {
  const steps = 40;
  let d = `M0 ${px(height)}`;
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    d += `L${px(width * t)} ${px(base + Math.sin(phase + t * waves * Math.PI * 2) * swing)}`;
  }
  return `${d}L${px(width)} ${px(height)}Z`;
}

const fill = (color: string, opacity: number) => `fill="${color}" fill-opacity="${opacity}"`;

const circle = (x: number, y: number, r: number, paint: string) =>
  `<circle cx="${px(x)}" cy="${px(y)}" r="${px(r)}" ${paint}/>`;

/** Sun beams from behind the picture. */
function rays({ width, height, focus: { x, y, r }, colors }: Stage, next: Random): string {
  const beams = 16;
  const far = Math.hypot(width, height);
  const turn = next();
  let d = "";
  for (let i = 0; i < beams; i++) {
    const [a, b] = [turn + i, turn + i + 0.5].map((t) => t / beams * Math.PI * 2) as [
      number,
      number,
    ];
    d += `M${px(x)} ${px(y)}L${px(x + Math.cos(a) * far)} ${px(y + Math.sin(a) * far)}L${
      px(x + Math.cos(b) * far)
    } ${px(y + Math.sin(b) * far)}Z`;
  }
  const svg = `<path d="${d}" ${fill("#fff", 0.17)}/>`;
  return svg + circle(x, y, r * 1.36, fill(colors.art, 0.2)) +
    circle(x, y, r * 1.12, fill(colors.art, 0.22));
}

/** A rainbow of rings out of the lower right corner. */
function arcs({ width, height, focus, colors }: Stage): string {
  const step = Math.max(focus.r * 0.44, Math.max(width, height) * 0.1);
  let svg = "";
  for (let i = 1; i <= 7; i++) {
    svg += `<circle cx="${px(width)}" cy="${px(height)}" r="${
      px(step * (i - 0.5))
    }" fill="none" stroke="${i % 2 ? colors.art : "#fff"}" stroke-opacity="${
      (0.36 - i * 0.03).toFixed(2)
    }" stroke-width="${px(step)}"/>`;
  }
  return svg;
}

/** A low sun with halos over three ranges of hills. */
function hills(stage: Stage, next: Random): string {
  const { height, focus: { x, y, r }, colors, dark } = stage;
  let svg = "";
  for (let i = 3; i >= 0; i--) {
    svg += circle(
      x - r * 0.2,
      y - r * 0.24,
      r * (1 + i * 0.34),
      fill("#fff", i ? 0.1 : dark ? 0.24 : 0.4),
    );
  }
  for (let k = 0; k < 3; k++) {
    const swing = height * (0.085 - 0.018 * k);
    svg += `<path d="${
      under(stage, height * (0.66 + k * 0.12), swing, 1.1 + next(), next() * 6)
    }" ${fill(colors.art, 0.2 + 0.14 * k)}/>`;
  }
  return svg;
}

/** A halftone that grows towards the lower right. */
function dots({ width, height, colors }: Stage): string {
  const step = Math.min(width, height) / 9;
  let svg = "";
  for (let y = height - step / 2; y > 0; y -= step) {
    for (let x = width - step / 2; x > 0; x -= step) {
      const far = Math.hypot(x - width, y - height) / Math.hypot(width, height);
      const r = step * 0.4 * (1 - far * 1.3);
      if (r > 0.6) svg += circle(x, y, r, fill(colors.art, 0.38));
    }
  }
  return svg;
}

/** Water: five swells, light and dark in turn. */
function waves(stage: Stage, next: Random): string {
  const { height, colors } = stage;
  const phase = next() * 6;
  let svg = "";
  for (let k = 0; k < 5; k++) {
    svg += `<path d="${
      under(stage, height * (0.54 + k * 0.1), height * 0.038, 1.6 + 0.2 * k, phase + k * 1.9)
    }" ${k % 2 ? fill("#fff", 0.2) : fill(colors.art, 0.26)}/>`;
  }
  return svg;
}

/** Two fans of big leaves rising behind the picture. */
function leaves({ width, height, focus, colors }: Stage, next: Random): string {
  const length = Math.max(focus.r * 1.9, Math.min(width, height) * 0.5);
  let svg = "";
  for (let k = 0; k < 9; k++) {
    const turn = -78 + k * 19.5 + next() * 8;
    const l = length * (0.82 + 0.3 * next());
    svg += `<path transform="translate(${px(focus.x)} ${px(height + focus.r * 0.1)}) rotate(${
      px(turn)
    })" d="M0 0C${px(l * 0.3)} ${px(-l * 0.3)} ${px(l * 0.26)} ${px(-l * 0.78)} 0 ${px(-l)}C${
      px(-l * 0.26)
    } ${px(-l * 0.78)} ${px(-l * 0.3)} ${px(-l * 0.3)} 0 0Z" ${
      k % 2 ? fill("#fff", 0.16) : fill(colors.art, 0.26)
    }/>`;
  }
  return svg;
}

/** A night sky: orbits round the picture, and stars. */
function stars({ width, height, focus: { x, y, r }, colors, dark }: Stage, next: Random): string {
  let svg = "";
  for (let i = 1; i < 5; i++) {
    svg += `<ellipse cx="${px(x)}" cy="${px(y)}" rx="${px(r * (0.6 + i * 0.72))}" ry="${
      px(r * (0.22 + i * 0.29))
    }" transform="rotate(-22 ${px(x)} ${
      px(y)
    })" fill="none" stroke="${colors.art}" stroke-opacity="${px(0.6 - i * 0.1)}" stroke-width="${
      px(Math.max(2, r * 0.018))
    }"/>`;
  }
  const size = Math.min(1.9, Math.min(width, height) / 260);
  for (let k = 0; k < 64; k++) {
    const [sx, sy, bright] = [width * next(), height * next(), next()];
    const q = (1 + 3 * bright ** 3) * size;
    svg += k % 8 === 0
      ? sparkle(sx, sy, q * 3.4, dark ? "#fff" : colors.art)
      : circle(sx, sy, q, fill(dark || k % 2 ? "#fff" : colors.art, dark ? 0.75 : 0.8));
  }
  return svg;
}

/** A star of four points. */
function sparkle(x: number, y: number, r: number, color: string): string {
  const c = r * 0.14;
  return `<path transform="translate(${px(x)} ${px(y)})" d="M0 ${px(-r)}Q${px(c)} ${px(-c)} ${
    px(r)
  } 0Q${px(c)} ${px(c)} 0 ${px(r)}Q${px(-c)} ${px(c)} ${px(-r)} 0Q${px(-c)} ${px(-c)} 0 ${
    px(-r)
  }Z" ${fill(color, 0.7)}/>`;
}

/** Paper scraps, thrown up round the picture: discs, strips and triangles. */
function confetti(
  { width, height, focus: { x, y, r }, colors, dark }: Stage,
  next: Random,
): string {
  const size = Math.min(2, Math.max(1, r / 75));
  let svg = circle(x, y, r * 1.25, fill(dark ? colors.art : "#fff", dark ? 0.1 : 0.2));
  for (let k = 0; k < 54; k++) {
    const turn = Math.PI * 2 * next();
    const far = r * (1.02 + 2.1 * next() ** 1.4);
    const [cx, cy] = [x + Math.cos(turn) * far, y + Math.sin(turn) * far * 0.92];
    const q = (5 + 7 * next()) * size;
    const rotation = next() * 180;
    if (cx < -q || cx > width + q || cy < -q || cy > height + q) continue;
    const shape = k % 3 === 0
      ? `<circle r="${px(q * 0.5)}"/>`
      : k % 3 === 1
      ? `<rect x="${px(-q * 0.75)}" y="${px(-q * 0.28)}" width="${px(q * 1.5)}" height="${
        px(q * 0.56)
      }" rx="2"/>`
      : `<path d="M0 ${px(-q * 0.6)}L${px(q * 0.6)} ${px(q * 0.5)}L${px(-q * 0.6)} ${
        px(q * 0.5)
      }Z"/>`;
    svg += `<g transform="translate(${px(cx)} ${px(cy)}) rotate(${px(rotation)})" ${
      k % 2 ? fill(colors.art, 0.62) : fill("#fff", dark ? 0.5 : 0.75)
    }>${shape}</g>`;
  }
  return svg;
}

/** How each kind of scenery is drawn: SVG elements around the stage's focus. */
export const SHAPES: Record<SceneKind, (stage: Stage, next: Random) => string> = {
  rays,
  arcs,
  hills,
  dots,
  waves,
  leaves,
  stars,
  confetti,
};
