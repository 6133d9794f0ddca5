import { mix, random, startPainter } from "../../../supabase/functions/_board/mod.ts";

/** In pixels, each way: what the picture providers send. */
const SIDE = 1024;

/** Skies from above down to the horizon, and the hills from the farthest to the nearest. */
const VIEWS: readonly (readonly [string, string, string, string, string])[] = [
  ["#1b2a6b", "#f08a5d", "#ffd9a0", "#5e9db4", "#12262c"],
  ["#6fb7e9", "#cfe9f7", "#ffffff", "#605eb4", "#15122c"],
  ["#2b1b3d", "#b0446c", "#ffb26b", "#a65eb4", "#28122c"],
  ["#0c1d33", "#23486b", "#7fb2c9", "#b45e89", "#2c121f"],
  ["#7fd0e8", "#fdf1d0", "#fff8e6", "#6cb45e", "#162c12"],
  ["#f6d365", "#fda085", "#ffe8c9", "#b47b5e", "#2c1b12"],
];

/**
 * Stand-ins for photographs, as JPEG: landscapes with clouds, ridges and grain, as hard to decode and to
 * write on as real ones. Drawn and not kept, so that the repository needs no photographer's permission.
 */
export async function standInPhotos(count = VIEWS.length): Promise<Uint8Array[]> {
  const photos: Uint8Array[] = [];
  for (let i = 0; i < count; i++) photos.push(await landscape(i));
  return photos;
}

async function landscape(index: number): Promise<Uint8Array> {
  const painter = await startPainter();
  const next = random(index + 5);
  const [high, low, horizon, far, near] = VIEWS[index % VIEWS.length]!;
  const all = { x0: 0, y0: 0, x1: SIDE, y1: SIDE };
  const box = { x: 0, y: 0, width: SIDE, height: SIDE };
  const fill = (path: number[], color: string, alpha = 1) =>
    painter.fill(new Float32Array(path), [1, 0, 0, 1, 0, 0], all, toNumber(color), alpha);
  painter.begin(SIDE, SIDE);
  painter.linear(all, [0, 1 / 563, 0], toNumber(high), toNumber(low));
  painter.linear({ ...all, y0: 563 }, [0, 1 / 205, -563 / 205], toNumber(low), toNumber(horizon));
  painter.picture(clouds(next), SIDE, SIDE, box, { ...all, y1: 700 });
  fill(disc(300 + next() * 400, 430 + next() * 80, 70), "#fff6d8");
  for (let i = 0; i < 5; i++) {
    fill(ridge(next, 560 + i * 90, 26 - i * 2), mix(far, near, i / 4), 0.75 + i * 0.05);
  }
  painter.picture(grain(next), SIDE, SIDE, box, all);
  return painter.jpeg(88);
}

const toNumber = (color: string) => parseInt(color.slice(1), 16);

const disc = (x: number, y: number, r: number): number[] =>
  Array.from({ length: 64 }, (_, i) => {
    const angle = i / 32 * Math.PI;
    return [i === 0 ? 0 : 1, x + r * Math.cos(angle), y + r * Math.sin(angle)];
  }).flat();

/** A mountain range's outline, closed along the lower edge: a random walk that is drawn back to `y`. */
function ridge(next: () => number, y: number, steep: number): number[] {
  let at = y;
  const path = [0, 0, SIDE];
  for (let x = 0; x <= SIDE; x += 8) {
    at += (next() - 0.5) * steep + (y - at) * 0.05;
    path.push(1, x, at);
  }
  return [...path, 1, SIDE, SIDE, 4];
}

/** A layer of grey pixels whose brightness and opacity are given pixel by pixel, from 0 to 255. */
function layer(grey: number, alpha: (x: number, y: number) => number): Uint8Array {
  const rgba = new Uint8Array(SIDE * SIDE * 4).fill(grey);
  for (let i = 0; i < SIDE * SIDE; i++) {
    rgba[i * 4 + 3] = Math.max(0, Math.min(255, alpha(i % SIDE, Math.floor(i / SIDE))));
  }
  return rgba;
}

/** Film's grain. */
const grain = (next: () => number) => layer(128, () => next() * 70);

/** White clouds, three times as wide as high: value noise in five octaves. */
function clouds(next: () => number): Uint8Array {
  const lattice = Float32Array.from({ length: 256 * 256 }, next);
  const at = (x: number, y: number) => lattice[(y & 255) * 256 + (x & 255)]!;
  const smooth = (t: number) => t * t * (3 - 2 * t);
  const noise = (x: number, y: number) => {
    const [i, j] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [smooth(x - i), smooth(y - j)];
    const upper = at(i, j) + (at(i + 1, j) - at(i, j)) * u;
    const lower = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * u;
    return upper + (lower - upper) * v;
  };
  return layer(255, (x, y) => {
    let sum = 0;
    for (let k = 0; k < 5; k++) sum += noise(x * 0.004 * 2 ** k, y * 0.012 * 2 ** k) / 2 ** k;
    return (sum - 0.9) * 300;
  });
}
