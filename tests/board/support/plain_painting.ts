/** What the painter has to paint, computed slowly and plainly. */
import {
  type Area,
  type Box,
  startPainter,
} from "../../../supabase/functions/_board/engine/painter.ts";

export const painter = await startPainter();
export const [WIDTH, HEIGHT] = [45, 38];
export const [GROUND, COLOR] = [0x204080, 0xf0b010];

/** Red, green, blue, and how much was painted. */
export const channels = (color: number) => [color >> 16, color >> 8 & 255, color & 255, 255];
export const clamp = (share: number) => Math.min(1, Math.max(0, share));
export const areaOf = (x0: number, y0: number, x1: number, y1: number): Area => ({
  x0,
  y0,
  x1,
  y1,
});
export const boxOf = (x: number, y: number, width: number, height: number): Box => ({
  ...{ x, y, width, height },
});
export const within = (area: Area, x: number, y: number) =>
  x >= area.x0 && x < area.x1 && y >= area.y0 && y < area.y1;

/** The pixels of what is painted on an even ground. */
export function painted(paint: () => void, width = WIDTH, height = HEIGHT): Uint8Array {
  painter.begin(width, height);
  painter.linear(areaOf(0, 0, width, height), [0, 0, 0], GROUND, GROUND);
  paint();
  return painter.pixels();
}

/** The greatest difference, of 255, from the colour over the ground with these opacities. */
export function error(pixels: Uint8Array, alpha: (x: number, y: number) => number, width = WIDTH) {
  const [below, above] = [channels(GROUND), channels(COLOR)];
  let worst = 0;
  for (let i = 0; i < pixels.length / 4; i++) {
    const share = alpha(i % width, Math.floor(i / width));
    for (let c = 0; c < 4; c++) {
      const expected = below[c]! + (above[c]! - below[c]!) * share;
      worst = Math.max(worst, Math.abs(pixels[i * 4 + c]! - expected));
    }
  }
  return worst;
}

export type Point = readonly [x: number, y: number];

/** Points on a cubic curve, without the first. */
export const cubic = (a: Point, b: Point, c: Point, d: Point): Point[] =>
  Array.from({ length: 50 }, (_, i) => {
    const [t, u] = [(i + 1) / 50, 1 - (i + 1) / 50];
    const at = (k: 0 | 1) =>
      u * u * u * a[k] + 3 * u * u * t * b[k] + 3 * u * t * t * c[k] + t * t * t * d[k];
    return [at(0), at(1)];
  });

/** The painter's path of a polygon. */
export const polygon = (points: readonly Point[], closed = true): number[] => [
  ...points.flatMap(([x, y], i) => [i === 0 ? 0 : 1, x, y]),
  ...(closed ? [4] : []),
];

/** A circle of four cubic curves, as a path and as points. */
export function circle(x: number, y: number, radius: number): { path: number[]; points: Point[] } {
  const path = [0, x + radius, y];
  const points: Point[] = [];
  for (const [dx, dy] of [[1, 0], [0, 1], [-1, 0], [0, -1]] as const) {
    const at = (out: number, along: number): Point => [
      x + (dx * out - dy * along) * radius,
      y + (dy * out + dx * along) * radius,
    ];
    const curve = [at(1, 0), at(1, 0.5522847), at(0.5522847, 1), at(0, 1)] as const;
    path.push(3, ...curve.slice(1).flat());
    points.push(...cubic(...curve));
  }
  return { path, points };
}

/** How much of each pixel lies within closed polygons: 16 × 16 samples, and their turns. */
export function coverage(polygons: readonly (readonly Point[])[]) {
  const sums = new Float64Array(WIDTH * HEIGHT);
  for (const polygon of polygons) {
    polygon.forEach(([toX, toY], i) => {
      const [fromX, fromY] = polygon.at(i - 1)!;
      for (let j = 0; j < HEIGHT * 16; j++) {
        const y = (j + 0.5) / 16;
        if ((fromY <= y) === (toY <= y)) continue;
        const cut = fromX + (y - fromY) / (toY - fromY) * (toX - fromX);
        for (let x = 0; x < WIDTH; x++) {
          const samples = Math.round(clamp(x + 1 - cut) * 16);
          sums[(j >> 4) * WIDTH + x]! += toY > fromY ? samples : -samples;
        }
      }
    });
  }
  return (x: number, y: number): number => clamp(Math.abs(sums[y * WIDTH + x]!) / 256);
}

/** How much of each pixel lies in a rounded rectangle: 4 × 4 samples. */
export const roundedBox = (box: Box, radius: number, width: number, height: number) =>
  Float64Array.from({ length: width * height }, (_, at) => {
    let sum = 0;
    for (let i = 0; i < 16; i++) {
      const x = at % width + (i % 4 + 0.5) / 4 - box.x - box.width / 2;
      const y = Math.floor(at / width) + ((i >> 2) + 0.5) / 4 - box.y - box.height / 2;
      const dx = Math.max(0, Math.abs(x) - box.width / 2 + radius);
      const dy = Math.max(0, Math.abs(y) - box.height / 2 + radius);
      sum += Number(Math.hypot(dx, dy) < Math.max(radius, 1e-9));
    }
    return sum / 16;
  });

/** Blurred with Gauss's curve along numbers that are `step` apart. */
export function blurred(values: Float64Array, sigma: number, step: number): Float64Array {
  const reach = Math.ceil(sigma * 4);
  const bell = (i: number) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma || 1));
  const curve = Array.from({ length: 2 * reach + 1 }, (_, i) => bell(i));
  const total = curve.reduce((sum, one) => sum + one, 0);
  return values.map((_, at) =>
    curve.reduce((sum, one, i) => sum + one * (values[at + (i - reach) * step] ?? 0), 0) / total
  );
}

/** A picture whose bytes are made of their places. */
export function pictureOf(
  width: number,
  height: number,
  byte: (x: number, y: number, channel: number) => number,
): Uint8Array {
  const value = (_: unknown, i: number) => byte((i >> 2) % width, (i >> 2) / width | 0, i & 3);
  return Uint8Array.from({ length: width * height * 4 }, value);
}

/** How near pictures are, in decibels. */
export function likeness(a: Uint8Array, b: Uint8Array): number {
  const sum = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  return 10 * Math.log10(255 * 255 * a.length / sum);
}
