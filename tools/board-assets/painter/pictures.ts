/** Pictures, scaled. */
import { allocate, mark, pixel, release } from "./canvas";

/** Multiplies colours by their opacity, in place. */
function premultiply(at: usize, count: i32): void {
  for (let i = 0; i < count; i++, at += 4) {
    const p = load<u32>(at);
    const alpha = p >> 24;
    if (alpha === 255) continue;
    let both = (p & 0xff00ff) * alpha + 0x800080;
    both = (both + (both >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
    let green = (p >> 8 & 255) * alpha + 128;
    green = (green + (green >> 8)) >> 8;
    store<u32>(at, both | green << 8 | alpha << 24);
  }
}

/** Halves a premultiplied picture in place; an odd row or column at the end goes. */
function halve(at: usize, w: i32, h: i32): void {
  let to = at;
  for (let y = 0; y < h >> 1; y++) {
    let upper = at + <usize> (2 * y * w) * 4;
    for (let x = 0; x < w >> 1; x++, upper += 8, to += 4) {
      const lower = upper + <usize> w * 4;
      for (let c: usize = 0; c < 4; c++) {
        const sum = <u32> load<u8>(upper + c) + load<u8>(upper + c, 4) +
          load<u8>(lower + c) + load<u8>(lower + c, 4);
        store<u8>(to + c, sum + 2 >> 2);
      }
    }
  }
}

/** A row of the picture, stretched to `count` pixels of 16 bits. */
function stretchRow(source: usize, to: usize, count: i32, places: usize, shares: usize): void {
  for (let i = 0; i < count; i++) {
    const two = v128.load64_zero(source + <usize> load<i32>(places + <usize> i * 4) * 4);
    const wide = i16x8.shl(i16x8.extend_low_i8x16_u(two), 7);
    const right = v128.shuffle<i64>(wide, wide, 1, 1);
    const share = i16x8.splat(load<i16>(shares + <usize> i * 2));
    const mixed = i16x8.add(wide, i16x8.q15mulr_sat_s(i16x8.sub(right, wide), share));
    v128.store64_lane(to + <usize> i * 8, mixed, 0);
  }
}

/**
 * Lays a picture of straight alpha over the canvas, scaled to a box, within an area: bilinear, after halving
 * as long as it is twice as large as the box. The pixels at `source` are changed.
 */
export function picture(
  source: usize, w: i32, h: i32,
  boxX: f32, boxY: f32, boxWidth: f32, boxHeight: f32,
  x0: i32, y0: i32, x1: i32, y1: i32,
): void {
  if (w < 1 || h < 1 || !(boxWidth > 0 && boxHeight > 0)) return;
  x0 = max(x0, <i32> floor(boxX));
  y0 = max(y0, <i32> floor(boxY));
  x1 = min(x1, <i32> ceil(boxX + boxWidth));
  y1 = min(y1, <i32> ceil(boxY + boxHeight));
  if (x0 >= x1 || y0 >= y1) return;
  premultiply(source, w * h);
  while (<f32> w >= 2 * boxWidth && <f32> h >= 2 * boxHeight && w > 3 && h > 3) {
    halve(source, w, h);
    w >>= 1;
    h >>= 1;
  }

  const start = mark();
  const count = x1 - x0;
  const places = allocate(<usize> count * 4);
  const shares = allocate(<usize> count * 2);
  for (let i = 0; i < count; i++) {
    const u = max(0, min(<f32> w - 1.001, (<f32> (x0 + i) + 0.5 - boxX) * <f32> w / boxWidth - 0.5));
    store<i32>(places + <usize> i * 4, <i32> u);
    store<i16>(shares + <usize> i * 2, <i16> ((u - floor(u)) * 32767));
  }
  let upper = allocate(<usize> count * 8 + 16);
  let lower = allocate(<usize> count * 8 + 16);
  let have = -2;
  for (let y = y0; y < y1; y++) {
    const v = max(0, min(<f32> h - 1.001, (<f32> y + 0.5 - boxY) * <f32> h / boxHeight - 0.5));
    const row = <i32> v;
    if (row !== have) {
      const spare = upper;
      upper = lower;
      lower = spare;
      if (row !== have + 1) stretchRow(source + <usize> (row * w) * 4, upper, count, places, shares);
      const next = min(row + 1, h - 1);
      stretchRow(source + <usize> (next * w) * 4, lower, count, places, shares);
      have = row;
    }
    blendPicture(pixel(x0, y), count, upper, lower, <i16> ((v - <f32> row) * 32767));
  }
  release(start);
}

/** Two stretched rows, mixed, over a row of the canvas. */
function blendPicture(at: usize, count: i32, upper: usize, lower: usize, share: i16): void {
  const down = i16x8.splat(share);
  for (let i = 0; i < count; i += 2) {
    const a = v128.load(upper + <usize> i * 8);
    const b = v128.load(lower + <usize> i * 8);
    const above = i16x8.add(a, i16x8.q15mulr_sat_s(i16x8.sub(b, a), down));
    const opacity = v128.shuffle<i16>(above, above, 3, 3, 3, 3, 7, 7, 7, 7);
    if (!v128.any_true(i16x8.shr_u(opacity, 6))) continue;
    const to = at + <usize> i * 4;
    const below = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load64_zero(to)), 7);
    // 255 × 128 is 32,640: brought up to 32,767, which is all of it
    const full = i16x8.add_sat_s(opacity, i16x8.shr_s(opacity, 8));
    let mixed = i16x8.add_sat_s(i16x8.sub(below, i16x8.q15mulr_sat_s(below, full)), above);
    mixed = i16x8.shr_u(i16x8.add_sat_s(mixed, i16x8.splat(64)), 7);
    const bytes = i8x16.narrow_i16x8_u(mixed, mixed);
    if (i + 2 <= count) v128.store64_lane(to, bytes, 0);
    else v128.store32_lane(to, bytes, 0);
  }
}
