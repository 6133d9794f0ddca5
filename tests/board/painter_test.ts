/** The painter, against slow and plain references of what it has to paint. */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { decodePicture } from "../../supabase/functions/_board/engine/decode.ts";
import { many, random } from "../support/campaign.ts";
import {
  areaOf,
  blurred,
  boxOf,
  channels,
  circle,
  clamp,
  COLOR,
  coverage,
  cubic,
  error,
  GROUND,
  HEIGHT,
  likeness,
  painted,
  painter,
  pictureOf,
  type Point,
  polygon,
  roundedBox,
  WIDTH,
  within,
} from "./support/plain_painting.ts";

type Matrix = readonly [number, number, number, number, number, number];
const PLAIN: Matrix = [1, 0, 0, 1, 0, 0];
const ALL = areaOf(0, 0, WIDTH, HEIGHT);
const fill = (path: number[], area = ALL, matrix = PLAIN, alpha = 1) =>
  painter.fill(new Float32Array(path), matrix, area, COLOR, alpha);

Deno.test("a linear gradient at any angle is that of CSS", () => {
  for (let angle = 0; angle < 360; angle += 30) {
    const [sin, cos] = [Math.sin(angle * Math.PI / 180), Math.cos(angle * Math.PI / 180)];
    const length = Math.abs(WIDTH * sin) + Math.abs(HEIGHT * cos);
    const c = 0.5 - (WIDTH / 2 * sin - HEIGHT / 2 * cos) / length;
    const share = (x: number, y: number) => ((x + 0.5) * sin - (y + 0.5) * cos) / length + c;
    for (const area of [ALL, areaOf(3, 5, 40, 33), areaOf(-9, -9, 7, 99)]) {
      const step = [sin / length, -cos / length, c] as const;
      const pixels = painted(() => painter.linear(area, step, GROUND, COLOR));
      assertLess(error(pixels, (x, y) => within(area, x, y) ? clamp(share(x, y)) : 0), 1);
    }
  }
});

Deno.test("a radial gradient fades by its two or three stops, and ends at its edge", () => {
  const area = areaOf(2, 3, 43, 36);
  for (const stops of [[[0, 0.9], [1, 0]], [[0, 0.8], [0.3, 0.7], [1, 0]]] as const) {
    const ellipse = { x: 20.3, y: 15.8, rx: 17.5, ry: 22 };
    const pixels = painted(() => painter.radial(area, ellipse, COLOR, stops));
    const alpha = (x: number, y: number) => {
      const distance = Math.hypot((x + 0.5 - 20.3) / 17.5, (y + 0.5 - 15.8) / 22);
      const next = stops.findIndex(([at]) => at > distance);
      if (next < 0 || !within(area, x, y)) return 0;
      const [[from, before], [to, after]] = [stops[next - 1]!, stops[next]!];
      return before + (after - before) * (distance - from) / (to - from);
    };
    assertLess(error(pixels, alpha), 1);
  }
});

Deno.test("a veil has an opacity for each row or each column, also when it is cut", () => {
  for (const area of [ALL, areaOf(-7, -5, 30, 31), areaOf(9, 9, 80, 80)]) {
    for (const along of ["rows", "columns"] as const) {
      const length = along === "rows" ? area.y1 - area.y0 : area.x1 - area.x0;
      const alphas = Float32Array.from({ length }, (_, i) => i * 0.37 % 1);
      const pixels = painted(() => painter.veil(area, along, COLOR, alphas));
      const alpha = (x: number, y: number) => alphas[along === "rows" ? y - area.y0 : x - area.x0]!;
      assertLess(error(pixels, (x, y) => within(area, x, y) ? alpha(x, y) : 0), 1);
    }
  }
});

Deno.test("a path covers of each pixel what plain sampling of its outline says", () => {
  const star: Point[] = [[4.2, 3.1], [40.7, 9.4], [22.3, 14.9], [38.8, 35.2], [9.5, 30.6]];
  const lap: Point[] = [[10.5, 8.5], [30, 8.5], [30, 22], [10.5, 22]];
  const hole: Point[] = [[15.5, 12.25], [15.5, 25], [28, 25], [28, 12.25]];
  const arc: Point[] = [[5, 30], ...cubic([5, 30], [15, -20 / 3], [80 / 3, -17 / 3], [40, 33])];
  const [big, small] = [circle(21.3, 18.6, 15.4), circle(21.3, 18.6, 8.2)];
  // curves are painted within a tenth of a pixel, of 208 shades
  const shapes: [name: string, most: number, path: number[], outlines: Point[][]][] = [
    ["a polygon", 3, polygon(star), [star]],
    ["an open path is closed", 3, polygon(star, false), [star]],
    ["so are two", 10, [...polygon(star, false), ...polygon(lap, false)], [star, lap]],
    ["a circle", 21, big.path, [big.points]],
    ["a quadratic curve", 21, [0, 5, 30, 2, 20, -25, 40, 33, 4], [arc]],
    ["a hole runs the other way", 21, [...big.path, ...polygon(hole)], [big.points, hole]],
    ["parts that overlap", 21, [...polygon(star), ...small.path], [star, small.points]],
  ];
  for (const [name, most, path, outlines] of shapes) {
    const covered = coverage(outlines);
    assertLess(error(painted(() => fill(path)), covered), most, name);
    const half = painted(() => fill(path, ALL, PLAIN, 0.5));
    assertLess(error(half, (x, y) => covered(x, y) / 2), most / 2 + 1, name);
    const turned = painted(() => fill(path, ALL, [0, 0.7, 0.8, 0, 3.3, -2.1]));
    const moved = outlines.map((one) => one.map(([x, y]): Point => [y * 0.8 + 3.3, x * 0.7 - 2.1]));
    assertLess(error(turned, coverage(moved)), most, name);
  }
});

Deno.test("an area cuts a path, and changes nothing of what is left", () => {
  const next = random("cut paths");
  const area = areaOf(11, 7, 30, 29);
  for (let i = 0; i < many(60, 2_000); i++) {
    const point = (): Point => [next() * 300 - 130, next() * 80 - 20];
    const points = Array.from({ length: 3 + i % 4 }, point);
    const [all, cut] = [ALL, area].map((one) => painted(() => fill(polygon(points), one)));
    assertLess(error(all!, coverage([points])), 16, `${points}`);
    for (let at = 0; at < all!.length; at++) {
      if (!within(area, (at >> 2) % WIDTH, (at >> 2) / WIDTH | 0)) continue;
      assert(Math.abs(all![at]! - cut![at]!) <= 2, `${at} of ${points}`);
    }
  }
});

Deno.test("a shadow is a blurred rounded rectangle without the hole but its corners", () => {
  const [width, height, radius] = [150, 130, 12];
  const [box, hole] = [boxOf(36, 33, 80, 64), boxOf(36, 28, 80, 64)];
  const inHole = (x: number, y: number) => {
    const [across, down] = [Math.min(x - 36, 115 - x), Math.min(y - 28, 91 - y)];
    return across >= 0 && down >= 0 && (across > radius || down > radius);
  };
  for (const [sigma, most] of [[0, 0.12], [1.5, 0.06], [4, 0.06], [8, 0.06]] as const) {
    const paint = () => painter.shadow(box, radius, sigma, COLOR, 0.6, hole);
    const across = blurred(roundedBox(box, radius, width, height), sigma, 1);
    const shadow = blurred(across, sigma, width);
    const alpha = (x: number, y: number) => inHole(x, y) ? 0 : shadow[y * width + x]! * 0.6;
    const worst = error(painted(paint, width, height), alpha, width);
    assertLess(worst, most * 0.6 * 208, `sigma ${sigma}`);
  }
});

Deno.test("what was painted outside rounded corners is taken back, off the picture too", () => {
  for (const radius of [0, 1, 5.5, 14, 1e6]) {
    for (const box of [boxOf(4, 3, 37, 30), boxOf(-6, 9, 60, 40)]) {
      const pixels = painted(() =>
        painter.rounded(box, radius, () => {
          const area = areaOf(box.x, box.y, box.x + box.width, box.y + box.height);
          painter.linear(area, [0, 0, 0], COLOR, COLOR);
        })
      );
      const shape = roundedBox(box, Math.min(radius, box.height / 2), WIDTH, HEIGHT);
      assertLess(error(pixels, (x, y) => shape[y * WIDTH + x]!), 0.12 * 208, `radius ${radius}`);
    }
  }
});

Deno.test("a picture of its own size is copied byte for byte, as much as lies in the area", () => {
  const rgba = pictureOf(31, 27, (x, y, c) => c === 3 ? 255 : x * 7 + y * 13 + c * 50);
  const area = areaOf(8, -9, 33, 25);
  const pixels = painted(() => painter.picture(rgba, 31, 27, boxOf(5, 4, 31, 27), area));
  const expected = pictureOf(
    WIDTH,
    HEIGHT,
    (x, y, c) =>
      within(area, x, y) && y >= 4 ? rgba[((y - 4) * 31 + x - 5) * 4 + c]! : channels(GROUND)[c]!,
  );
  assertEquals(pixels, expected);
});

Deno.test("a picture grows bilinearly, with its opacity", () => {
  const opacity = (x: number, y: number) => (x * 90 + y * 50) & 255;
  const rgba = pictureOf(6, 5, (x, y, c) => c === 3 ? opacity(x, y) : channels(COLOR)[c]!);
  const pixels = painted(() => painter.picture(rgba, 6, 5, boxOf(-2.5, 1.25, 50, 34.5), ALL));
  const place = (at: number, from: number, length: number, count: number) => {
    const exact = clamp(((at + 0.5 - from) * count / length - 0.5) / (count - 1)) * (count - 1);
    return [Math.floor(exact), exact % 1] as const;
  };
  const alpha = (x: number, y: number) => {
    const [[column, right], [row, down]] = [place(x, -2.5, 50, 6), place(y, 1.25, 34.5, 5)];
    const across = (j: number) =>
      opacity(column, j) * (1 - right) + (right && opacity(column + 1, j) * right);
    return (across(row) * (1 - down) + (down && across(row + 1) * down)) / 255;
  };
  assertLess(error(pixels, (x, y) => y >= 1 && y < 36 ? alpha(x, y) : 0), 2);
});

Deno.test("a picture that shrinks to an eighth is averaged", () => {
  const next = random("shrunk");
  const rgba = pictureOf(WIDTH * 8, HEIGHT * 8, (x, _y, c) => c > 2 ? 255 : next() * 200 + x % 55);
  const pixels = painted(() =>
    painter.picture(rgba, WIDTH * 8, HEIGHT * 8, boxOf(0, 0, WIDTH, HEIGHT), ALL)
  );
  const row = WIDTH * 32;
  const means = pictureOf(WIDTH, HEIGHT, (x, y, c) => {
    let sum = 0;
    for (let i = 0; i < 64; i++) sum += rgba[(y * 8 + (i >> 3)) * row + (x * 8 + i % 8) * 4 + c]!;
    return sum / 64 + 0.5;
  });
  means.forEach((mean, at) => assert(Math.abs(pixels[at]! - mean) <= 2, `${at}`));
});

/** What a decoder of others makes of the picture's JPEG, and how many bytes it is. */
async function throughJpeg(quality: number): Promise<{ decibels: number; length: number }> {
  const before = painter.pixels();
  const bytes = painter.jpeg(quality);
  assertEquals([...bytes.subarray(0, 3), ...bytes.subarray(-2)], [255, 216, 255, 255, 217]);
  assertEquals(painter.pixels(), before);
  const { rgba } = await decodePicture(bytes);
  assertEquals(rgba.length, before.length);
  return { decibels: likeness(before, rgba), length: bytes.length };
}

/** Begins a picture of black, white and colours, no pixel like its neighbour. */
function beginNoise(width: number, height: number, next: () => number): void {
  const rgba = pictureOf(width, height, (_x, _y, c) => c > 2 || next() < 0.5 ? 255 : 0);
  const box = boxOf(0, 0, width, height);
  painted(
    () => painter.picture(rgba, width, height, box, areaOf(0, 0, width, height)),
    width,
    height,
  );
}

Deno.test("another decoder reads nearly the same from the JPEG, and less costs less", async () => {
  painted(() => painter.linear(ALL, [0.6 / WIDTH, 0.4 / HEIGHT, 0], 0x3060f0, 0xf0e0a0));
  assertGreater((await throughJpeg(84)).decibels, 46);
  painted(() => {
    for (let x = 2; x < 40; x += 7) fill(polygon([[x, 3], [x + 2, 3], [x + 5, 35], [x + 3, 35]]));
  });
  assertGreater((await throughJpeg(84)).decibels, 30);
  beginNoise(WIDTH, HEIGHT, random("noise"));
  let longer = Infinity;
  for (const [quality, least] of [[100, 50], [95, 38], [84, 28], [50, 18], [1, 5]] as const) {
    const { decibels, length } = await throughJpeg(quality);
    assertGreater(decibels, least, `quality ${quality}`);
    assertLess(length, longer);
    longer = length;
  }
});

Deno.test("a JPEG can have any size, and is whole even of noise in the best quality", async () => {
  const next = random("sizes of JPEGs");
  const some = () => 1 + Math.floor(next() * 40);
  const sizes = Array.from({ length: many(60, 1_600) }, () => [some(), some()] as const);
  for (const [width, height] of [...sizes, [2, 3_000], [3_000, 2], [1, 999]] as const) {
    beginNoise(width, height, next);
    assertGreater((await throughJpeg(100)).decibels, 45, `${width} × ${height}`);
  }
});
