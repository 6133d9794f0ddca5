import type { Matrix } from "../engine/painter.ts";
import type { Rect } from "./layout.ts";

/**
 * An outline to fill, as numbers: 0 x y moves, 1 x y draws a line, 2 a curve with one control point, 3 one
 * with two, 4 closes. Pixels, downwards.
 */
export type Path = number[];

/** How far the control points of a quarter of a circle lie from its ends, in radii. */
const KAPPA = 0.5523;

export const circle = (x: number, y: number, r: number): Path => ellipse(x, y, r, r);

/** Clockwise on the board: what runs the other way within it is a hole. */
export function ellipse(x: number, y: number, rx: number, ry: number): Path {
  const [kx, ky] = [KAPPA * rx, KAPPA * ry];
  return [
    ...[0, x + rx, y],
    ...[3, x + rx, y + ky, x + kx, y + ry, x, y + ry],
    ...[3, x - kx, y + ry, x - rx, y + ky, x - rx, y],
    ...[3, x - rx, y - ky, x - kx, y - ry, x, y - ry],
    ...[3, x + kx, y - ry, x + rx, y - ky, x + rx, y, 4],
  ];
}

/** The line round an ellipse, as wide as a pen. */
export function ring(x: number, y: number, rx: number, ry: number, pen: number): Path {
  const hole = transform(ellipse(0, 0, rx - pen / 2, ry - pen / 2), [-1, 0, 0, 1, x, y]);
  return [...ellipse(x, y, rx + pen / 2, ry + pen / 2), ...(rx > pen / 2 ? hole : [])];
}

export const polygon = (points: readonly (readonly [x: number, y: number])[]): Path => [
  ...points.flatMap(([x, y], i) => [i === 0 ? 0 : 1, x, y]),
  4,
];

/** A rectangle whose upper corners are round, and the lower ones too unless told. */
export function roundedBox(
  { x, y, width, height }: Rect,
  r: number,
  lower = r,
): Path {
  const [right, bottom] = [x + width, y + height];
  const [k, m] = [r * (1 - KAPPA), lower * (1 - KAPPA)];
  return [
    ...[0, x + r, y, 1, right - r, y, 3, right - k, y, right, y + k, right, y + r],
    ...[1, right, bottom - lower, 3, right, bottom - m, right - m, bottom, right - lower, bottom],
    ...[1, x + lower, bottom, 3, x + m, bottom, x, bottom - m, x, bottom - lower],
    ...[1, x, y + r, 3, x, y + k, x + k, y, x + r, y, 4],
  ];
}

/** A path moved, turned, scaled or mirrored. */
export function transform(path: Path, [a, b, c, d, e, f]: Matrix): Path {
  const out: Path = [];
  for (let i = 0; i < path.length;) {
    const command = path[i++]!;
    out.push(command);
    for (let points = [1, 1, 2, 3, 0][command]!; points > 0; points--, i += 2) {
      const [x, y] = [path[i]!, path[i + 1]!];
      out.push(a * x + c * y + e, b * x + d * y + f);
    }
  }
  return out;
}

/** Turns by an angle in degrees, clockwise, and moves the origin to a place. */
export function turned(degrees: number, x: number, y: number): Matrix {
  const angle = degrees * Math.PI / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos, sin, -sin, cos, x, y];
}
