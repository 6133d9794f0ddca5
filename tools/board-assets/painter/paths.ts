/**
 * Paths, filled by the area that they cover of each pixel: every edge adds to the pixels that it crosses how
 * much of their height it takes, and how far from their left side; the sums from the left are the coverage.
 * After https://github.com/raphlinus/font-rs.
 */
import { allocate, blend, blendSome, pixel, widen } from "./canvas";

/** Of the path's box: the sums, four bytes for each pixel, all 0 between two paths. */
let sums: usize = 0;
let room: usize = 0;
let columns: i32 = 0;
let rows: i32 = 0;

/** The pen: where the outline is, and where it began. */
let penX: f32 = 0;
let penY: f32 = 0;
let startX: f32 = 0;
let startY: f32 = 0;

/** Forgets the sums' memory, which a new picture has taken back. */
export function forgetSums(): void {
  room = 0;
}

@inline
function addTo(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

/** An edge within one row: from `left` to `right`, taking `share` of the row's height. */
@inline
function addEdge(row: usize, left: f32, right: f32, share: f32): void {
  const first = <i32> left;
  const end = ceil(right);
  const last = <i32> end;
  const at = row + <usize> first * 4;
  const into = left - <f32> first;
  if (last <= first + 1) {
    const middle = (left + right) * 0.5 - <f32> first;
    addTo(at, share - share * middle);
    addTo(at + 4, share * middle);
    return;
  }
  const slope = <f32> 1 / (right - left);
  const begin = slope * (<f32> 1 - into) * (<f32> 1 - into) * 0.5;
  const over = right - end + 1;
  const rest = slope * over * over * 0.5;
  addTo(at, share * begin);
  if (last === first + 2) addTo(at + 4, share * (<f32> 1 - begin - rest));
  else {
    const second = slope * (<f32> 1.5 - into);
    addTo(at + 4, share * (second - begin));
    for (let x = first + 2; x < last - 1; x++) addTo(row + <usize> x * 4, share * slope);
    const before = second + <f32> (last - first - 3) * slope;
    addTo(row + <usize> (last - 1) * 4, share * (<f32> 1 - before - rest));
  }
  addTo(row + <usize> last * 4, share * rest);
}

/** The same for an edge that may leave the box: left of it counts as at its side, right of it not at all. */
function addWithin(row: usize, left: f32, right: f32, share: f32): void {
  const most = <f32> (columns - 3);
  const rising = share / (right - left);
  if (left < 0) {
    const off = right > 0 ? -left * rising : share;
    addTo(row, off);
    share -= off;
    left = 0;
  }
  if (right > most) {
    if (left < most) share = (most - left) * rising;
    right = most;
  }
  if (left < right || left === right && left < most) addEdge(row, left, right, share);
}

/** Draws an edge from the pen, and moves the pen to its end. */
function lineTo(x: f32, y: f32): void {
  const down = y > penY;
  let x0 = down ? penX : x;
  let y0 = down ? penY : y;
  const x1 = down ? x : penX;
  const y1 = min(down ? y : penY, <f32> rows);
  const slope = (x1 - x0) / ((down ? y : penY) - y0);
  penX = x;
  penY = y;
  if (!(y1 > 0) || !(y0 < y1)) return;
  if (y0 < 0) {
    x0 -= y0 * slope;
    y0 = 0;
  }
  let from = x0;
  for (let row = <i32> y0; row < <i32> ceil(y1); row++) {
    const height = min(<f32> (row + 1), y1) - max(<f32> row, y0);
    const to = from + slope * height;
    const at = sums + <usize> (row * columns) * 4;
    addWithin(at, min(from, to), max(from, to), down ? height : -height);
    from = to;
  }
}

/** As many pieces as keep within a sixteenth of a pixel of the curve. */
function quadTo(x1: f32, y1: f32, x2: f32, y2: f32): void {
  const x0 = penX;
  const y0 = penY;
  const bend = abs(x0 - x1 - x1 + x2) + abs(y0 - y1 - y1 + y2);
  const pieces = 1 + <i32> min<f32>(63, sqrt(bend * 4));
  for (let i = 1; i <= pieces; i++) {
    const t = <f32> i / <f32> pieces;
    const u = <f32> 1 - t;
    const a = u * u;
    const b = u * t * 2;
    const c = t * t;
    lineTo(a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2);
  }
}

function cubicTo(x1: f32, y1: f32, x2: f32, y2: f32, x3: f32, y3: f32): void {
  const x0 = penX;
  const y0 = penY;
  const bend = max(
    abs(x0 - x1 - x1 + x2) + abs(y0 - y1 - y1 + y2),
    abs(x1 - x2 - x2 + x3) + abs(y1 - y2 - y2 + y3),
  );
  const pieces = 1 + <i32> min<f32>(127, sqrt(bend * 12));
  for (let i = 1; i <= pieces; i++) {
    const t = <f32> i / <f32> pieces;
    const u = <f32> 1 - t;
    const a = u * u * u;
    const b = u * u * t * 3;
    const c = u * t * t * 3;
    const d = t * t * t;
    lineTo(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3);
  }
}

function close(): void {
  if (penX !== startX || penY !== startY) lineTo(startX, startY);
}

/** How many numbers follow a command: 0 moves, 1 draws a line, 2 and 3 curves, 4 closes. */
@inline
function follow(command: i32): i32 {
  return command === 4 ? 0 : command < 2 ? 2 : command === 2 ? 4 : 6;
}

/**
 * Fills a path of `length` numbers. Where parts run round in the same direction they are joined; in opposite
 * ones the inner is a hole.
 */
export function fill(
  path: usize, length: i32,
  a: f32, b: f32, c: f32, d: f32, e: f32, f: f32,
  x0: i32, y0: i32, x1: i32, y1: i32,
  rgb: u32, alpha: f32,
): void {
  // the box that holds the path, as its curves lie within their control points
  let least: f32 = Infinity;
  let most: f32 = -Infinity;
  let upper: f32 = Infinity;
  let lower: f32 = -Infinity;
  const end = path + <usize> length * 4;
  for (let at = path; at < end;) {
    const count = follow(<i32> load<f32>(at));
    at += 4;
    for (let i = 0; i < count; i += 2, at += 8) {
      const x = a * load<f32>(at) + c * load<f32>(at, 4) + e;
      const y = b * load<f32>(at) + d * load<f32>(at, 4) + f;
      least = min(least, x);
      most = max(most, x);
      upper = min(upper, y);
      lower = max(lower, y);
    }
  }
  const left = max(x0, <i32> floor(least));
  const right = min(x1, <i32> ceil(most));
  const first = max(y0, <i32> floor(upper));
  const last = min(y1, <i32> ceil(lower));
  if (!(left < right && first < last)) return;

  columns = (right - left + 7) & ~3;
  rows = last - first;
  const needed = <usize> (columns * rows) * 4;
  if (needed > room) {
    room = needed * 2;
    sums = allocate(room);
    memory.fill(sums, 0, room);
  }
  penX = startX = 0;
  penY = startY = 0;
  e -= <f32> left;
  f -= <f32> first;
  for (let at = path; at < end;) {
    const command = <i32> load<f32>(at);
    const px1 = a * load<f32>(at, 4) + c * load<f32>(at, 8) + e;
    const py1 = b * load<f32>(at, 4) + d * load<f32>(at, 8) + f;
    if (command === 0) {
      close();
      penX = startX = px1;
      penY = startY = py1;
    } else if (command === 1) lineTo(px1, py1);
    else if (command === 4) close();
    else {
      const px2 = a * load<f32>(at, 12) + c * load<f32>(at, 16) + e;
      const py2 = b * load<f32>(at, 12) + d * load<f32>(at, 16) + f;
      if (command === 2) quadTo(px1, py1, px2, py2);
      else {
        const px3 = a * load<f32>(at, 20) + c * load<f32>(at, 24) + e;
        const py3 = b * load<f32>(at, 20) + d * load<f32>(at, 24) + f;
        cubicTo(px1, py1, px2, py2, px3, py3);
      }
    }
    at += 4 + <usize> follow(command) * 4;
  }
  close();
  paint(left, first, right - left, widen(rgb), alpha);
}

/** Turns the sums into coverage, row by row, paints it, and leaves them 0. */
function paint(left: i32, first: i32, count: i32, color: v128, alpha: f32): void {
  const zero = f32x4.splat(0);
  for (let y = 0; y < rows; y++) {
    const row = sums + <usize> (y * columns) * 4;
    const to = pixel(left, first + y);
    let carry = zero;
    for (let x = 0; x < columns; x += 4) {
      let sum = v128.load(row + <usize> x * 4);
      if (v128.any_true(sum)) {
        v128.store(row + <usize> x * 4, zero);
        sum = f32x4.add(sum, v128.shuffle<i32>(zero, sum, 0, 4, 5, 6));
        sum = f32x4.add(sum, v128.shuffle<i32>(zero, sum, 0, 0, 4, 5));
        sum = f32x4.add(sum, carry);
        carry = v128.shuffle<i32>(sum, sum, 3, 3, 3, 3);
      } else sum = carry;
      const cover = f32x4.pmin(f32x4.abs(sum), f32x4.splat(1));
      const alphas = i32x4.trunc_sat_f32x4_s(f32x4.mul(cover, f32x4.splat(alpha * 32767)));
      if (x >= count || !v128.any_true(alphas)) continue;
      const at = to + <usize> x * 4;
      if (x + 4 <= count) blend(at, color, alphas);
      else blendSome(at, count - x, color, alphas);
    }
  }
}
