/** The painter, asked for what nobody should ask for: it stays in its area and in its memory. */
import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { many, random } from "../support/campaign.ts";
import {
  areaOf,
  boxOf,
  channels,
  COLOR,
  error,
  GROUND,
  HEIGHT,
  painted,
  painter,
  pictureOf,
  WIDTH,
  within,
} from "./support/plain_painting.ts";

const ALL = areaOf(0, 0, WIDTH, HEIGHT);
const PLAIN = [1, 0, 0, 1, 0, 0] as const;
const STRANGE = [NaN, Infinity, -Infinity, 3e38, -3e38, 1e10, -1e10, 2 ** 31, -(2 ** 31), 0, -0];

/** Draws one call of the painter: most of its numbers are sensible, some are not. */
function randomCall(next: () => number): { name: string; area: typeof ALL; paint: () => void } {
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T;
  const wild = () => next() < 0.15 ? pick(STRANGE) : next() * 120 - 40;
  const whole = () => next() < 0.1 ? pick(STRANGE) : Math.floor(next() * 90 - 25);
  const positive = () => next() < 0.15 ? pick(STRANGE) : next() ** 3 * 300;
  const area = next() < 0.2 ? ALL : areaOf(whole(), whole(), whole(), whole());
  const box = boxOf(wild(), wild(), positive(), positive());
  const name = pick(["linear", "radial", "veil", "fill", "picture", "shadow", "rounded"]);
  const numbers = Array.from({ length: 12 }, wild);
  const [a, b, c, d, e, f] = numbers as [number, number, number, number, number, number];
  if (name === "linear") {
    return {
      name,
      area,
      paint: () => painter.linear(area, [a / 40, b / 40, c / 40], GROUND, COLOR),
    };
  }
  if (name === "radial") {
    const stops = [[[0, 1], [1, 0]], [[0, 0.9], [pick([0, 0.5, 1]), 0.4], [1, 0]]] as const;
    const ellipse = { x: a, y: b, rx: c, ry: positive() };
    const of = pick(stops);
    return { name, area, paint: () => painter.radial(area, ellipse, COLOR, of) };
  }
  if (name === "veil") {
    const alphas = Float32Array.from({ length: next() * 100 }, next);
    const along = pick(["rows", "columns"] as const);
    return { name, area, paint: () => painter.veil(area, along, COLOR, alphas) };
  }
  if (name === "fill") {
    const path: number[] = [];
    for (let left = next() * 20; left > 0; left--) {
      const command = Math.floor(next() * 5);
      path.push(
        command,
        ...[2, 2, 4, 6, 0].slice(command, command + 1).flatMap((n) =>
          Array.from({ length: n }, wild)
        ),
      );
    }
    if (next() < 0.1) path.push(pick([-1, 3, 5, 1e9, NaN])); // what is no path
    const matrix = next() < 0.5 ? PLAIN : [a / 40, b / 40, c / 40, d / 40, e, f] as const;
    const outline = new Float32Array(path);
    return { name, area, paint: () => painter.fill(outline, matrix, area, COLOR, next()) };
  }
  if (name === "picture") {
    const [width, height] = [Math.floor(next() * 30), Math.floor(next() * 30)];
    const rgba = pictureOf(width, height, () => next() * 256);
    return { name, area, paint: () => painter.picture(rgba, width, height, box, area) };
  }
  const radius = positive();
  if (name === "rounded") {
    return {
      name,
      area: areaOf(0, 0, 0, 0),
      paint: () => painter.rounded(box, radius, () => {}),
    };
  }
  const hole = boxOf(wild(), wild(), positive(), positive());
  const sigma = next() < 0.1 ? pick(STRANGE) : next() * 12;
  return { name, area: ALL, paint: () => painter.shadow(box, radius, sigma, COLOR, next(), hole) };
}

Deno.test("nothing outside its area is painted, whatever the numbers are", () => {
  const next = random("strange numbers");
  for (let i = 0; i < many(300, 10_000); i++) {
    const { name, area, paint } = randomCall(next);
    const pixels = painted(paint);
    const ground = channels(GROUND);
    const kept = (x: number, y: number, at: number) =>
      within(area, x, y) || ground.every((byte, c) => pixels[at * 4 + c] === byte);
    for (let at = 0; at < WIDTH * HEIGHT; at++) {
      const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
      assert(kept(x, y, at), `${i}: ${name} at ${x}, ${y}, outside ${Object.values(area)}`);
    }
  }
});

Deno.test("the same calls paint the same bytes again, whatever was painted before", () => {
  const run = (i: number) => {
    const next = random("again", i);
    return painted(() => {
      for (let calls = 0; calls < 12; calls++) randomCall(next).paint();
    });
  };
  const numbers = Array.from({ length: many(20, 400) }, (_, i) => i);
  const first = numbers.map(run);
  numbers.reverse().forEach((i) => assertEquals(run(i), first[i], `${i}`));
});

Deno.test("what has no size or is far off paints nothing", () => {
  const paths = [[], [0, 5, 5], [0, 5, 5, 1, 40, 5, 4], [4, 4], [0, 9, 9, 3, 9, 9, 9, 9, 9, 9]];
  const pixels = painted(() => {
    for (const path of paths) painter.fill(new Float32Array(path), PLAIN, ALL, COLOR);
    painter.picture(pictureOf(3, 3, () => 255), 3, 3, boxOf(4.5, 4.5, 0, 9), ALL);
    painter.picture(new Uint8Array(), 0, 0, boxOf(4, 4, 9, 9), ALL);
    painter.radial(ALL, { x: 9, y: 9, rx: 0, ry: 0 }, COLOR, [[0, 1], [1, 0]]);
    painter.veil(ALL, "rows", COLOR, new Float32Array());
    painter.shadow(boxOf(4, 4, 0, 0), 0, 0, COLOR, 1, boxOf(0, 0, 0, 0));
    for (const far of [1e10, -1e10, 2 ** 32 + 5, Infinity, -Infinity]) {
      painter.shadow(boxOf(far, 5, 20, 12), 3, 2, COLOR, 1, boxOf(0, 0, 0, 0));
      const stops = [[0, 1], [1, 0]] as const;
      painter.radial(areaOf(5, 0, 40, 20), { x: far, y: 9, rx: 9, ry: 90 }, COLOR, stops);
    }
  });
  assertEquals(error(pixels, () => 0), 0);
});

Deno.test("a shadow without blur or radius is its box; half of it is the largest radius", () => {
  const [box, none] = [boxOf(5, 6, 20, 12), boxOf(0, 0, 0, 0)];
  for (const radius of [0, 0.3]) {
    const pixels = painted(() => painter.shadow(box, radius, 0, COLOR, 1, none));
    assertLess(error(pixels, (x, y) => Number(within(areaOf(5, 6, 25, 18), x, y))), 40);
  }
  const [huge, half] = [1e9, 6].map((radius) =>
    painted(() => painter.shadow(box, radius, 2, COLOR, 1, none))
  );
  assertEquals(huge, half);
  const [endless, most] = [1e9, 100].map((sigma) =>
    painted(() => painter.shadow(box, 6, sigma, COLOR, 1, none))
  );
  assertEquals(endless, most);
});

Deno.test("pictures of one pixel, or one row, fill their box", () => {
  for (const [width, height] of [[1, 1], [1, 7], [7, 1], [2, 1]] as const) {
    const rgba = pictureOf(width, height, (_x, _y, c) => channels(COLOR)[c]!);
    const pixels = painted(() => painter.picture(rgba, width, height, boxOf(3, 4, 30, 20), ALL));
    const alpha = (x: number, y: number) => Number(within(areaOf(3, 4, 33, 24), x, y));
    assertLess(error(pixels, alpha), 1, `${width} × ${height}`);
  }
  assertThrows(() => painter.picture(new Uint8Array(35), 3, 3, boxOf(0, 0, 9, 9), ALL), RangeError);
});

Deno.test("a path of a hundred thousand numbers is filled", () => {
  const path = new Float32Array(100_000).map((_, i) =>
    i % 3 === 0 ? Number(i > 0) : 19 + 15 * (i % 3 === 1 ? Math.cos : Math.sin)(i / 7)
  );
  const pixels = painted(() => painter.fill(path.subarray(0, 99_999), PLAIN, ALL, COLOR));
  for (const [x, y, color] of [[19, 19, COLOR], [10, 12, COLOR], [29, 22, COLOR], [1, 1, GROUND]]) {
    assertEquals([...pixels.subarray((y! * WIDTH + x!) * 4)].slice(0, 4), channels(color!));
  }
});

Deno.test("a path begins where it says, and a curve may reach as far as it likes", () => {
  const at = (pixels: Uint8Array, x: number, y: number) =>
    [...pixels.subarray((y * WIDTH + x) * 4)].slice(0, 4);
  const arch = new Float32Array([0, 5, 30, 2, 20, -1e20, 40, 30, 4]);
  const pixels = painted(() => painter.fill(arch, PLAIN, ALL, COLOR));
  assertEquals(at(pixels, 20, 10), channels(COLOR));
  assertEquals(at(pixels, 20, 33), channels(GROUND));
  const lost = new Float32Array([1, 30, 5, 1, 40, 30, 3]); // nor does it end
  const alone = painted(() => painter.fill(lost, PLAIN, ALL, COLOR));
  const after = painted(() => {
    painter.fill(arch, PLAIN, areaOf(9, 9, 9, 9), COLOR);
    painter.fill(new Float32Array([0, 4, 36, 1, 2, 30, 1, 4, 30]), PLAIN, ALL, GROUND);
    painter.fill(lost, PLAIN, ALL, COLOR);
  });
  assertEquals(after, alone);
});

Deno.test("many pictures take no more memory than the largest of them", () => {
  const one = (width: number, height: number) => {
    painted(
      () => {
        const area = areaOf(0, 0, width, height);
        const path = new Float32Array([0, 0, 0, 1, width, 0, 1, width, height, 1, 0, height, 4]);
        painter.fill(path, PLAIN, area, COLOR, 0.5);
        painter.shadow(boxOf(9, 9, width - 18, height - 18), 20, 9, 0, 0.5, boxOf(9, 9, 50, 50));
        painter.rounded(boxOf(0, 0, width, height), 40, () => {});
        painter.picture(new Uint8Array(400 * 300 * 4), 400, 300, boxOf(0, 0, width, height), area);
      },
      width,
      height,
    );
    painter.jpeg(84);
    return painter["wasm"].memory.buffer.byteLength;
  };
  const most = one(1080, 1350);
  assertLess(most, 48 << 20);
  for (let again = 0; again < 3; again++) painter.jpeg(84);
  assertEquals(painter["wasm"].memory.buffer.byteLength, most);
  const next = random("sizes of pictures");
  for (let i = 0; i < many(6, 300); i++) {
    assertEquals(one(60 + Math.floor(next() * 1_021), 60 + Math.floor(next() * 1_291)), most);
  }
  assertEquals(one(1080, 1350), most);
});

Deno.test("qualities that there are not are the nearest that there are", () => {
  painted(() => painter.linear(ALL, [0.02, 0, 0], GROUND, COLOR));
  for (const [strange, quality] of [[0, 1], [-5, 1], [NaN, 1], [1e9, 100]] as const) {
    assertEquals(painter.jpeg(strange), painter.jpeg(quality));
  }
  assert(painter.jpeg(100).length > painter.jpeg(1).length);
});
