/** Colours that change over an area. Areas lie on the canvas: the door has cut them. */
import {
  between,
  blend,
  blendRow,
  blendSome,
  lanesHigh,
  lanesLow,
  narrow,
  pixel,
  storeSome,
  widen,
} from "./canvas";

/** Pixels 0 to 3 steps from the first. */

function steps(step: f32): v128 {
  let v = f32x4.replace_lane(f32x4.splat(0), 1, step);
  v = f32x4.replace_lane(v, 2, step + step);
  return f32x4.replace_lane(v, 3, step * 3);
}

/** Shares from 0 to 1 as opacities from 0 to 32767. */

function toAlphas(shares: v128): v128 {
  const most = f32x4.splat(32767);
  return i32x4.trunc_sat_f32x4_s(f32x4.pmax(f32x4.pmin(shares, most), f32x4.splat(0)));
}

/** Opaque, two colours: the share of the second at x, y is `ax` x + `ay` y + `c`. */
export function linear(
  x0: i32,
  y0: i32,
  x1: i32,
  y1: i32,
  ax: f32,
  ay: f32,
  c: f32,
  from: u32,
  to: u32,
): void {
  const first = widen(from);
  const second = widen(to);
  const next = f32x4.splat(ax * 4 * 32767);
  for (let y = y0; y < y1; y++) {
    const start = ax * (<f32> x0 + 0.5) + ay * (<f32> y + 0.5) + c;
    let share = f32x4.mul(f32x4.add(f32x4.splat(start), steps(ax)), f32x4.splat(32767));
    let at = pixel(x0, y);
    for (let left = x1 - x0; left > 0; left -= 4, at += 16) {
      const alphas = toAlphas(share);
      share = f32x4.add(share, next);
      const four = narrow(
        between(first, second, lanesLow(alphas)),
        between(first, second, lanesHigh(alphas)),
      );
      if (left >= 4) v128.store(at, four);
      else storeSome(at, left, four);
    }
  }
}

/**
 * A colour that fades with the distance from the middle of an ellipse: from `a0` there to `a1` at `t1`, and to
 * nothing at its edge.
 */
export function radial(
  x0: i32,
  y0: i32,
  x1: i32,
  y1: i32,
  cx: f32,
  cy: f32,
  rx: f32,
  ry: f32,
  rgb: u32,
  a0: f32,
  a1: f32,
  t1: f32,
): void {
  const color = widen(rgb);
  const inner = (a1 - a0) / t1 * 32767;
  const outer = a1 / (<f32> 1 - t1) * 32767;
  const step = <f32> 1 / rx;
  for (let y = y0; y < y1; y++) {
    const dy = (<f32> y + 0.5 - cy) / ry;
    const reach = <f32> 1 - dy * dy;
    if (!(reach > 0)) continue;
    const half = sqrt(reach) * rx;
    const left = max(x0, <i32> floor(cx - half));
    const right = min(x1, <i32> ceil(cx + half));
    if (left >= right) continue; // far apart, their difference is no i32
    let dx = f32x4.add(f32x4.splat((<f32> left + 0.5 - cx) * step), steps(step));
    let at = pixel(left, y);
    for (let count = right - left; count > 0; count -= 4, at += 16) {
      const t = f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.splat(dy * dy)));
      dx = f32x4.add(dx, f32x4.splat(step * 4));
      const near = f32x4.add(f32x4.splat(a0 * 32767), f32x4.mul(f32x4.splat(inner), t));
      const far = f32x4.mul(f32x4.splat(outer), f32x4.sub(f32x4.splat(1), t));
      const alpha = v128.bitselect(near, far, f32x4.lt(t, f32x4.splat(t1)));
      const alphas = toAlphas(alpha);
      if (!v128.any_true(alphas)) continue;
      if (count >= 4) blend(at, color, alphas);
      else blendSome(at, count, color, alphas);
    }
  }
}

/** A colour with an opacity (i32, of 32767) for each row, or for each column. */
export function veil(
  x0: i32,
  y0: i32,
  x1: i32,
  y1: i32,
  columns: bool,
  rgb: u32,
  alphas: usize,
): void {
  const color = widen(rgb);
  for (let y = y0; y < y1; y++) {
    let at = pixel(x0, y);
    if (columns) {
      blendRow(at, x1 - x0, color, alphas);
      continue;
    }
    const alpha = load<i32>(alphas + <usize> (y - y0) * 4);
    if (alpha === 0) continue;
    const four = i32x4.splat(alpha);
    let count = x1 - x0;
    for (; count >= 4; count -= 4, at += 16) blend(at, color, four);
    if (count > 0) blendSome(at, count, color, four);
  }
}
