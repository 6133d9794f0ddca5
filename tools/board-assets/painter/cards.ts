/** Rounded rectangles: the shadow under one, and what lies within one. */
import { allocate, blendRow, height, mark, pixel, release, widen, width } from "./canvas";

/** How much of a pixel lies in a quarter of a disc whose middle is `dx`, `dy` away. */
@inline
function cover(dx: f32, dy: f32, radius: f32): f32 {
  return max(0, min(1, radius + 0.5 - sqrt(dx * dx + dy * dy)));
}

/** Means over 2 `r` + 1 numbers of a line; the first and the last go on beyond the ends. */
function average(from: usize, to: usize, count: i32, stride: usize, r: i32): void {
  let sum = 0;
  for (let i = -r; i <= r; i++) sum += load<i32>(from + <usize> max(0, min(count - 1, i)) * stride);
  const share = <f32> 1 / <f32> (r + r + 1);
  for (let i = 0; i < count; i++) {
    store<i32>(to + <usize> i * stride, <i32> (<f32> sum * share + 0.5));
    sum += load<i32>(from + <usize> min(count - 1, i + r + 1) * stride) -
      load<i32>(from + <usize> max(0, i - r) * stride);
  }
}

/** The corner that was blurred last, and of what: most cards of a board have the same. */
let blurred: usize = 0;
let blurredRadius: f32 = 0;
let blurredSigma: f32 = 0;
let blurredAlpha: f32 = 0;

/** Forgets the corner, whose memory a new picture has taken back. */
export function forgetCorner(): void {
  blurred = 0;
}

/**
 * The upper left corner of a blurred rounded rectangle, and what it casts around it: `side` by `side`
 * opacities of 32767. Three means in each direction come close to Gauss's curve.
 */
function blurCorner(side: i32, pad: i32, radius: f32, sigma: f32, alpha: f32): usize {
  if (blurred !== 0 && blurredRadius === radius && blurredSigma === sigma && blurredAlpha === alpha) {
    return blurred;
  }
  let from = allocate(<usize> (side * side) * 4);
  const start = mark();
  let to = allocate(<usize> (side * side) * 4);
  for (let j = 0; j < side; j++) {
    for (let i = 0; i < side; i++) {
      const dx = <f32> pad + radius - (<f32> i + 0.5);
      const dy = <f32> pad + radius - (<f32> j + 0.5);
      const covered: f32 = i < pad || j < pad ? 0 : dx > 0 && dy > 0 ? cover(dx, dy, radius) : 1;
      store<i32>(from + <usize> (j * side + i) * 4, <i32> (covered * alpha * 32767));
    }
  }
  const r = <i32> (sigma * 0.94 + 0.5);
  for (let pass = 0; pass < 6; pass++) {
    const across = pass < 3;
    for (let line = 0; line < side; line++) {
      const at = <usize> (across ? line * side : line) * 4;
      average(from + at, to + at, side, across ? 4 : <usize> side * 4, r);
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  release(start); // after six passes the result is where it began
  blurred = from;
  blurredRadius = radius;
  blurredSigma = sigma;
  blurredAlpha = alpha;
  return blurred;
}

/**
 * A blurred rounded rectangle, but not within the hole, a rectangle with the same corners. Edges and the
 * other corners repeat the first.
 */
export function shadow(
  x: i32, y: i32, w: i32, h: i32, radius: f32, sigma: f32,
  rgb: u32, alpha: f32,
  holeX: i32, holeY: i32, holeWidth: i32, holeHeight: i32,
): void {
  const pad = <i32> (sigma * 3);
  const side = 2 * pad + <i32> radius + 1;
  const from = blurCorner(side, pad, radius, sigma, alpha);
  const start = mark();
  const color = widen(rgb);
  const left = x - pad;
  const whole = w + 2 * pad;
  const tall = h + 2 * pad;
  const corner = <i32> radius + 1;
  const begin = max(0, left);
  const end = min(width, left + whole);
  const row = allocate(<usize> (max(0, end - begin) + 4) * 4);
  let shown: usize = 0;
  for (let j = max(0, pad - y); j < min(tall, height - y + pad); j++) {
    const source = from + <usize> (min(min(j, tall - 1 - j), side - 1) * side) * 4;
    for (let i = begin; source !== shown && i < end; i++) {
      const nearest = min(min(i - left, left + whole - 1 - i), side - 1);
      store<i32>(row + <usize> (i - begin) * 4, load<i32>(source + <usize> nearest * 4));
    }
    shown = source; // the rows between the corners are all the same
    const py = y - pad + j;
    const inset = py < holeY + corner || py >= holeY + holeHeight - corner ? corner : 0;
    const within = py >= holeY && py < holeY + holeHeight;
    const gap = within ? max(begin, min(end, holeX + inset)) : end;
    const after = within ? max(begin, min(end, holeX + holeWidth - inset)) : end;
    blendRow(pixel(begin, py), gap - begin, color, row);
    blendRow(pixel(after, py), end - after, color, row + <usize> (after - begin) * 4);
  }
  release(start);
}

/** The most bytes that `corners` keeps: pixels off the picture take none. */
export function cornerBytes(radius: f32): i32 {
  const side = <i32> radius + 1;
  return 4 * min(side, width) * min(side, height) * 4;
}

/** Keeps the pixels of a box's four corners, or puts back what lies outside of their rounding. */
export function corners(
  x: i32, y: i32, w: i32, h: i32, radius: f32, kept: usize, restore: bool,
): void {
  const side = <i32> radius + 1;
  for (let k = 0; k < 4; k++) {
    const left = k & 1 ? x + w - side : x;
    const upper = k & 2 ? y + h - side : y;
    const middleX = k & 1 ? <f32> (x + w) - radius : <f32> x + radius;
    const middleY = k & 2 ? <f32> (y + h) - radius : <f32> y + radius;
    for (let j = max(0, upper); j < min(height, upper + side); j++) {
      for (let i = max(0, left); i < min(width, left + side); i++, kept += 4) {
        const at = pixel(i, j);
        if (!restore) {
          store<u32>(kept, load<u32>(at));
          continue;
        }
        const dx = (<f32> i + 0.5 - middleX) * (k & 1 ? 1 : -1);
        const dy = (<f32> j + 0.5 - middleY) * (k & 2 ? 1 : -1);
        if (dx <= 0 || dy <= 0) continue;
        const share = <i32> (cover(dx, dy, radius) * 256);
        for (let c: usize = 0; c < 4; c++) {
          const before = <i32> load<u8>(kept + c);
          const painted = <i32> load<u8>(at + c);
          store<u8>(at + c, before + ((painted - before) * share + 128 >> 8));
        }
      }
    }
  }
}
