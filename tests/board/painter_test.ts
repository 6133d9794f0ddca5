/** The painter against slow ways of computing the same, pixel by pixel. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { decodePicture } from "../../supabase/functions/_board/engine/decode.ts";
import { type Area, startPainter } from "../../supabase/functions/_board/engine/painter.ts";
import { circle, polygon, transform } from "../../supabase/functions/_board/paint/path.ts";
import { many, random } from "../support/campaign.ts";
import { sameBytes } from "./support/boards.ts";

const painter = await startPainter();
const SIZE = 64;
const all: Area = { x0: 0, y0: 0, x1: SIZE, y1: SIZE };
const PLAIN = [1, 0, 0, 1, 0, 0] as const;

/** What is painted over grey. */
function painted(paint: () => void, width = SIZE, height = SIZE): Uint8Array {
  painter.begin(width, height);
  painter.linear({ x0: 0, y0: 0, x1: width, y1: height }, [0, 0, 0], 0x808080, 0x808080);
  paint();
  return painter.pixels();
}

/** Fails if a channel is more than `most` away from what a function says it should be. */
function compare(
  pixels: Uint8Array,
  expected: (x: number, y: number) => readonly number[],
  most: number,
) {
  let worst = { off: 0, at: "" };
  for (let i = 0; i < SIZE * SIZE; i++) {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    expected(x, y).forEach((value, c) => {
      const off = Math.abs(value - pixels[i * 4 + c]!);
      if (off > worst.off) worst = { off, at: `${x}, ${y}, channel ${c}` };
    });
  }
  assert(worst.off <= most, `${worst.off.toFixed(1)} at ${worst.at}`);
}

/** A colour of three channels over grey. */
const over = (color: readonly number[], alpha: number) =>
  color.map((value) => 128 + (value - 128) * alpha);

/** How much of a pixel a shape covers, of 16 by 16 points. */
function coverage(x: number, y: number, inside: (x: number, y: number) => boolean): number {
  let hits = 0;
  for (let j = 0; j < 16; j++) {
    for (let i = 0; i < 16; i++) {
      if (inside(x + (i + 0.5) / 16, y + (j + 0.5) / 16)) hits++;
    }
  }
  return hits / 256;
}

const fill = (path: readonly number[], alpha = 1, area = all) =>
  painter.fill(new Float32Array(path), PLAIN, area, 0xff4020, alpha);
const RED = [255, 64, 32];

Deno.test("a linear gradient goes from one colour to the other, and stays there", () => {
  const pixels = painted(() => painter.linear(all, [1 / 80, 1 / 160, -0.2], 0x102030, 0xf0e0d0));
  compare(pixels, (x, y) => {
    const share = Math.max(0, Math.min(1, (x + 0.5) / 80 + (y + 0.5) / 160 - 0.2));
    return [0x10, 0x20, 0x30].map((from, c) => from + ([0xf0, 0xe0, 0xd0][c]! - from) * share);
  }, 1);
});

Deno.test("a radial light fades from its middle to its edge, in one or two pieces", () => {
  const ellipse = { x: 30.5, y: 28, rx: 28, ry: 17 };
  for (const middle of [null, [0.4, 0.3]] as const) {
    const stops = [[0, 0.9] as const, ...(middle ? [middle] : []), [1, 0] as const];
    const pixels = painted(() => painter.radial(all, ellipse, 0xff4020, stops));
    compare(pixels, (x, y) => {
      const t = Math.hypot((x + 0.5 - 30.5) / 28, (y + 0.5 - 28) / 17);
      const [at, alpha] = middle ?? [0.5, 0.45];
      const piece = t < at ? 0.9 + (alpha - 0.9) * t / at : alpha * (1 - t) / (1 - at);
      return over(RED, Math.max(0, piece));
    }, 1.5);
  }
});

Deno.test("a veil has an opacity for each row, or each column, of its area", () => {
  const alphas = Float32Array.from({ length: 41 }, (_, i) => i / 40);
  const area = { x0: 5, y0: 7, x1: 46, y1: 48 };
  for (const along of ["rows", "columns"] as const) {
    const pixels = painted(() => painter.veil(area, along, 0xff4020, alphas));
    compare(pixels, (x, y) => {
      const inside = x >= 5 && x < 46 && y >= 7 && y < 48;
      return over(RED, inside ? alphas[along === "rows" ? y - 7 : x - 5]! : 0);
    }, 1);
  }
});

Deno.test("paths cover each pixel as far as they lie in it", () => {
  const triangle = polygon([[5.3, 4.2], [60.1, 20.7], [22.8, 61.5]]);
  const side = (ax: number, ay: number, bx: number, by: number, x: number, y: number) =>
    (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0;
  const inTriangle = (x: number, y: number) =>
    side(5.3, 4.2, 60.1, 20.7, x, y) && side(60.1, 20.7, 22.8, 61.5, x, y) &&
    side(22.8, 61.5, 5.3, 4.2, x, y);
  compare(painted(() => fill(triangle)), (x, y) => over(RED, coverage(x, y, inTriangle)), 9);
  const open = triangle.slice(0, -1);
  assert(sameBytes(painted(() => fill(open)), painted(() => fill(triangle))), "closed by itself");

  const disc = (x: number, y: number) => Math.hypot(x - 31, y - 30) < 22.4;
  const pixels = painted(() => fill(circle(31, 30, 22.4), 0.6));
  compare(pixels, (x, y) => over(RED, 0.6 * coverage(x, y, disc)), 9);

  const curve = [0, 2, 60, 2, 32, -40, 62, 60, 4];
  const below = (x: number, y: number) => {
    const t = (x - 2) / 60;
    return x > 2 && x < 62 && y < 60 && y > 60 * (1 - t) ** 2 - 80 * t * (1 - t) + 60 * t ** 2;
  };
  compare(painted(() => fill(curve)), (x, y) => over(RED, coverage(x, y, below)), 9);
});

Deno.test("a part that runs the other way is a hole, one that runs the same way is joined", () => {
  const [outer, inner] = [circle(32, 32, 28), circle(32, 32, 12)];
  const ring = (x: number, y: number) => {
    const far = Math.hypot(x - 32, y - 32);
    return far < 28 && far > 12;
  };
  const hole = transform(inner, [-1, 0, 0, 1, 64, 0]);
  const pixels = painted(() => fill([...outer, ...hole]));
  compare(pixels, (x, y) => over(RED, coverage(x, y, ring)), 9);
  const joined = painted(() => fill([...outer, ...inner], 0.5));
  compare(
    joined,
    (x, y) => over(RED, 0.5 * coverage(x, y, (x, y) => Math.hypot(x - 32, y - 32) < 28)),
    9,
  );
});

Deno.test("a card's shadow is a blurred rounded rectangle, and keeps off the card", () => {
  const [radius, sigma] = [8, 4];
  const box = { x: 16, y: 18, width: 34, height: 30 };
  const hole = { x: 16, y: 12, width: 34, height: 30 };
  const pixels = painted(() => painter.shadow(box, radius, sigma, 0x000000, 0.5, hole));
  const inBox = (x: number, y: number) => {
    const dx = Math.max(box.x + radius - x, x - box.x - box.width + radius, 0);
    const dy = Math.max(box.y + radius - y, y - box.y - box.height + radius, 0);
    return Math.hypot(dx, dy) < radius;
  };
  const sharp = Float64Array.from(
    { length: 96 * 96 },
    (_, i) => coverage(i % 96 - 16, Math.floor(i / 96) - 16, inBox),
  );
  const curve = Array.from({ length: 25 }, (_, k) => Math.exp(-((k - 12) ** 2) / (2 * sigma ** 2)));
  const sum = curve.reduce((a, b) => a + b);
  const blur = (from: Float64Array, step: number) =>
    from.map((_, i) =>
      curve.reduce((s, w, k) => s + w * (from[i + (k - 12) * step] ?? 0), 0) / sum
    );
  const soft = blur(blur(sharp, 1), 96);
  compare(pixels, (x, y) => {
    const [dx, dy] = [Math.min(x - 16, 49 - x), Math.min(y - 12, 41 - y)];
    const onCard = dx >= 0 && dy >= 0 && Math.max(dx, dy) > radius; // its corners are put back later
    return over([0, 0, 0], onCard ? 0 : 0.5 * soft[(y + 16) * 96 + x + 16]!);
  }, 5);
});

Deno.test("what is painted within a rounded box does not show outside its corners", () => {
  const box = { x: 10, y: 12, width: 40, height: 36 };
  const pixels = painted(() =>
    painter.rounded(box, 9, () =>
      fill(polygon([[0, 0], [64, 0], [64, 64], [0, 64]]), 1, {
        x0: 10,
        y0: 12,
        x1: 50,
        y1: 48,
      }))
  );
  compare(pixels, (x, y) => {
    const inside = (x: number, y: number) => {
      const dx = Math.max(19 - x, x - 41, 0);
      const dy = Math.max(21 - y, y - 39, 0);
      return Math.hypot(dx, dy) < 9;
    };
    return over(RED, coverage(x, y, inside));
  }, 14);
});

Deno.test("a picture of the box's size is copied, a smaller one enlarged, a larger one averaged", () => {
  const next = random("picture");
  const rgba = Uint8Array.from({ length: 20 * 20 * 4 }, (_, i) => i % 4 === 3 ? 255 : next() * 256);
  const at = (x: number, y: number, c: number) => {
    const [u, v] = [Math.max(0, Math.min(19, x)), Math.max(0, Math.min(19, y))];
    return rgba[(v * 20 + u) * 4 + c]!;
  };
  const box = (side: number) => ({ x: 4, y: 6, width: side, height: side });
  const same = painted(() => painter.picture(rgba, 20, 20, box(20), all));
  compare(same, (x, y) => {
    const inside = x >= 4 && x < 24 && y >= 6 && y < 26;
    return inside ? [0, 1, 2].map((c) => at(x - 4, y - 6, c)) : [128, 128, 128];
  }, 1);
  const large = painted(() => painter.picture(rgba, 20, 20, box(50), all));
  compare(large, (x, y) => {
    if (x < 4 || x >= 54 || y < 6 || y >= 56) return [128, 128, 128];
    const [u, v] = [(x - 3.5) * 0.4 - 0.5, (y - 5.5) * 0.4 - 0.5];
    const [i, j] = [Math.floor(u), Math.floor(v)];
    return [0, 1, 2].map((c) => {
      const row = (j: number) => at(i, j, c) + (at(i + 1, j, c) - at(i, j, c)) * (u - i);
      return row(j) + (row(j + 1) - row(j)) * (v - j);
    });
  }, 3);
  const small = painted(() => painter.picture(rgba, 20, 20, box(5), all));
  compare(small, (x, y) => {
    if (x < 4 || x >= 9 || y < 6 || y >= 11) return [128, 128, 128];
    return [0, 1, 2].map((c) => {
      let sum = 0;
      for (let k = 0; k < 16; k++) sum += at((x - 4) * 4 + k % 4, (y - 6) * 4 + (k >> 2), c);
      return sum / 16;
    });
  }, 2);
});

Deno.test("a picture's transparency shows what is behind it, and its area cuts it", () => {
  const rgba = new Uint8Array([255, 64, 32, 128]);
  const area = { x0: 0, y0: 0, x1: 30, y1: 64 };
  const box = { x: 0, y: 0, width: SIZE, height: SIZE };
  const pixels = painted(() => painter.picture(rgba, 1, 1, box, area));
  compare(pixels, (x) => over(RED, x < 30 ? 128 / 255 : 0), 1.5);
});

Deno.test("JPEGs of every size decode to what was painted", async () => {
  for (const [width, height] of [[64, 64], [1, 1], [7, 9], [8, 17], [33, 5], [40, 39]] as const) {
    const pixels = painted(
      () => {
        painter.linear(
          { x0: 0, y0: 0, x1: width, y1: height },
          [1 / 64, 1 / 90, 0],
          0xe04010,
          0x2080f0,
        );
        fill(circle(20, 20, 9), 0.7, { x0: 0, y0: 0, x1: width, y1: height });
      },
      width,
      height,
    );
    const [fine, coarse] = [painter.jpeg(95), painter.jpeg(30)];
    const decoded = await decodePicture(fine);
    assertEquals([decoded.width, decoded.height], [width, height]);
    let error = 0;
    decoded.rgba.forEach((value, i) => error += (value - pixels[i]!) ** 2);
    assertLess(Math.sqrt(error / pixels.length), 4, `${width} by ${height}`);
    assertLess(coarse.length, fine.length + 1);
  }
});

Deno.test("a path that its area cuts is painted there as if it were not cut", () => {
  const beam = polygon([[-300, -20], [400, 25], [380, 75]]);
  const area = { x0: 9, y0: 11, x1: 41, y1: 50 };
  const [cut, whole] = [painted(() => fill(beam, 1, area)), painted(() => fill(beam))];
  compare(cut, (x, y) => {
    const inside = x >= 9 && x < 41 && y >= 11 && y < 50;
    return inside ? [...whole.subarray((y * SIZE + x) * 4).subarray(0, 3)] : [128, 128, 128];
  }, 2);
});

Deno.test("a path is painted the same whatever was painted before it", () => {
  const lost = [1, 40, 50, 1, 5, 60]; // it does not say where it begins
  const broken = [0, 3, 3, 3, 60, 10, 40]; // nor does this one end
  for (const path of [lost, broken]) {
    const alone = painted(() => fill(path));
    const later = painted(() => {
      painter.fill(new Float32Array(circle(30, 30, 9)), PLAIN, { ...all, x1: 0 }, 0);
      fill(path);
    });
    assert(sameBytes(alone, later));
  }
});

Deno.test("noise has room in a JPEG of any shape and quality", async () => {
  const next = random("noise");
  const [width, height] = [2, 3000];
  const rgba = Uint8Array.from(
    { length: width * height * 4 },
    (_, i) => i % 4 === 3 ? 255 : next() * 256,
  );
  const area = { x0: 0, y0: 0, x1: width, y1: height };
  const pixels = painted(
    () => painter.picture(rgba, width, height, { x: 0, y: 0, width, height }, area),
    width,
    height,
  );
  const decoded = await decodePicture(painter.jpeg(100));
  let error = 0;
  decoded.rgba.forEach((value, i) => error += (value - pixels[i]!) ** 2);
  assertLess(Math.sqrt(error / pixels.length), 3);
});

/** Numbers as no caller should pass them. */
const wild = (next: () => number): number =>
  [NaN, Infinity, -Infinity, 0, -0.5, 1e9, -1e9, 1e-9][Math.floor(next() * 24)] ??
    (next() - 0.3) * 150;

Deno.test("whatever is asked for, nothing is painted outside the area and nothing breaks", () => {
  for (let i = 0; i < many(300, 10_000); i++) {
    const next = random("wild", i);
    const [a, b] = [Math.floor(next() * 90 - 10), Math.floor(next() * 90 - 10)];
    const area = { x0: a, y0: b, x1: a + Math.floor(next() * 40), y1: b + Math.floor(next() * 40) };
    const box = { x: wild(next), y: wild(next), width: wild(next), height: wild(next) };
    const path = new Float32Array(
      Array.from({ length: Math.floor(next() * 30) }, () => {
        const command = Math.floor(next() * 5);
        return [command, ...Array.from({ length: [2, 2, 4, 6, 0][command]! }, () => wild(next))];
      }).flat(),
    );
    const pixels = painted(() => {
      painter.fill(path, [wild(next), 0, next(), 1, wild(next), 0], area, 0xff0000, next());
      painter.radial(area, { x: box.x, y: box.y, rx: box.width, ry: box.height }, 0x00ff00, [
        [0, 1],
        [1, 0],
      ]);
      painter.linear(area, [wild(next), wild(next), wild(next)], 0x0000ff, 0xff0000);
      painter.picture(new Uint8Array(6 * 3 * 4).fill(99), 6, 3, box, area);
    });
    compare(pixels, (x, y) => {
      const inside = x >= area.x0 && x < area.x1 && y >= area.y0 && y < area.y1;
      return inside ? [] : [128, 128, 128];
    }, 0);
  }
});

Deno.test("cards that stick out of the picture, or are tiny, break nothing", () => {
  for (let i = 0; i < many(100, 2_000); i++) {
    const next = random("cards", i);
    const side = () => Math.round(next() * 120 - 40);
    const box = { x: side(), y: side(), width: Math.abs(side()), height: Math.abs(side()) };
    painted(() => {
      painter.shadow({ ...box, y: box.y + 3 }, next() * 30, next() * 20, 0, next(), box);
      painter.rounded(box, next() * 30, () => fill(circle(30, 30, 20)));
    });
  }
});

Deno.test("the same calls make the same bytes, and many pictures take no more memory than one", () => {
  const draw = (width: number, height: number) => {
    painted(
      () => {
        for (let i = 0; i < 40; i++) {
          fill(circle(30 + i, 40, 20), 0.5, {
            x0: 0,
            y0: 0,
            x1: width,
            y1: height,
          });
        }
        painter.shadow({ x: 20, y: 20, width: 60, height: 50 }, 12, 9, 0, 0.4, {
          x: 20,
          y: 10,
          width: 60,
          height: 50,
        });
      },
      width,
      height,
    );
    return painter.jpeg(84);
  };
  const first = draw(1080, 1350);
  const memory = painter.memory;
  for (let i = 0; i < many(10, 300); i++) draw(50 + i * 3, 1350 - i * 4);
  assert(sameBytes(draw(1080, 1350), first));
  assertEquals(painter.memory, memory);
});
