/**
 * The picture and how colours are laid over it. Pixels are four bytes: red, green, blue, and how much was
 * painted. Colours are 0xRRGGBB. Arithmetic is 16-bit SIMD: bytes are shifted up by 7, opacities of 32767.
 */

/** Where the next allocation begins. There is no heap: a picture is begun, painted and read. */
let top: usize = 0;

/** Memory that stays until `release` or the next picture. */
export function allocate(bytes: usize): usize {
  if (top === 0) top = (__heap_base + 63) & ~63;
  const at = top;
  top = (top + bytes + 63) & ~63;
  const missing = <i32>((top + 0xffff) >>> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  return at;
}

export function mark(): usize {
  return top;
}

export function release(to: usize): void {
  top = to;
}

export let canvas: usize = 0;
export let width: i32 = 0;
export let height: i32 = 0;
/** A row's opacities, for pieces of a row that are no multiple of four pixels. */
let rest: usize = 0;

/** Begins an empty picture. What was allocated before is gone. */
export function begin(w: i32, h: i32): usize {
  top = 0;
  width = w;
  height = h;
  rest = allocate(32);
  canvas = allocate(<usize> w * h * 4 + 16);
  memory.fill(canvas, 0, <usize> w * h * 4);
  return canvas;
}

/** Four opacities (i32) as eight lanes: the first two pixels, then the others, each four times. */
@inline
export function lanesLow(a: v128): v128 {
  return v128.shuffle<i8>(a, a, 0, 1, 0, 1, 0, 1, 0, 1, 4, 5, 4, 5, 4, 5, 4, 5);
}
@inline
export function lanesHigh(a: v128): v128 {
  return v128.shuffle<i8>(a, a, 8, 9, 8, 9, 8, 9, 8, 9, 12, 13, 12, 13, 12, 13, 12, 13);
}

/** Two pixels of a colour, in 16 bits. */
@inline
export function widen(rgb: u32): v128 {
  const pixel = i16x8.splat(255 << 7);
  const r = <i16> ((rgb >> 16 & 255) << 7);
  const g = <i16> ((rgb >> 8 & 255) << 7);
  const b = <i16> ((rgb & 255) << 7);
  let v = i16x8.replace_lane(pixel, 0, r);
  v = i16x8.replace_lane(v, 4, r);
  v = i16x8.replace_lane(v, 1, g);
  v = i16x8.replace_lane(v, 5, g);
  v = i16x8.replace_lane(v, 2, b);
  return i16x8.replace_lane(v, 6, b);
}

/** Eight lanes on their way from `from` to `to`. */
@inline
export function between(from: v128, to: v128, share: v128): v128 {
  return i16x8.add(from, i16x8.q15mulr_sat_s(i16x8.sub(to, from), share));
}

/** Two times two pixels of 16 bits as four pixels, rounded. */
@inline
export function narrow(low: v128, high: v128): v128 {
  const half = i16x8.splat(64);
  return i8x16.narrow_i16x8_u(
    i16x8.shr_u(i16x8.add(low, half), 7),
    i16x8.shr_u(i16x8.add(high, half), 7),
  );
}

/** A colour over four pixels. */
@inline
export function blend(at: usize, color: v128, alphas: v128): void {
  const below = v128.load(at);
  const low = i16x8.shl(i16x8.extend_low_i8x16_u(below), 7);
  const high = i16x8.shl(i16x8.extend_high_i8x16_u(below), 7);
  v128.store(
    at,
    narrow(
      between(low, color, lanesLow(alphas)),
      between(high, color, lanesHigh(alphas)),
    ),
  );
}

/** The same over the first one to three of four pixels. */
export function blendSome(at: usize, count: i32, color: v128, alphas: v128): void {
  memory.copy(rest, at, <usize> count * 4);
  blend(rest, color, alphas);
  memory.copy(at, rest, <usize> count * 4);
}

/** Puts the first one to three of four pixels in their place. */
export function storeSome(at: usize, count: i32, pixels: v128): void {
  v128.store(rest, pixels);
  memory.copy(at, rest, <usize> count * 4);
}

/** A colour over a row, with one opacity (i32) for each pixel. */
export function blendRow(at: usize, count: i32, color: v128, alphas: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const four = v128.load(alphas + <usize> i * 4);
    if (v128.any_true(four)) blend(at + <usize> i * 4, color, four);
  }
  if (i < count) {
    blendSome(at + <usize> i * 4, count - i, color, v128.load(alphas + <usize> i * 4));
  }
}

/** A pixel's address. */
@inline
export function pixel(x: i32, y: i32): usize {
  return canvas + (<usize> y * width + x) * 4;
}
