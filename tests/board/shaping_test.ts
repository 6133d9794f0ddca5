import { assert, assertEquals } from "@std/assert";
import { faceFor } from "../../supabase/functions/_board/text/face.ts";
import { loadFonts } from "../../supabase/functions/_board/text/fonts.ts";
import { baselineOf, shapeLine, widthOf } from "../../supabase/functions/_board/text/shape_line.ts";
import { many, random } from "../support/campaign.ts";
import { clean } from "./support/boards.ts";
import { randomText } from "./support/random_text.ts";

const fonts = await loadFonts();

/** A line in its own face, as a caption is set. */
const caption = (text: string, tracking = 0) =>
  shapeLine(
    text,
    faceFor(text, { families: fonts.stackFor(text, "Bricolage"), weight: 700, tracking }),
    fonts,
  );

Deno.test("random texts are shaped, and take no more memory than the fonts", () => {
  const next = random("shaping");
  const shapeAll = (count: number) => {
    for (let i = 0; i < count; i++) {
      const { width, glyphs } = caption(clean(randomText(next, 120)).text);
      assert(width >= 0 && glyphs.every(({ x, y }) => Number.isFinite(x + y)));
    }
  };
  shapeAll(many(200, 2000));
  const before = Deno.memoryUsage().external;
  shapeAll(many(300, 8000));
  assert(Deno.memoryUsage().external - before < 8e6);
});

Deno.test("a glyph's outline is one array, in ems, with the baseline at nought", () => {
  const { glyphs } = caption("HH");
  assert(glyphs[0]!.outline === glyphs[1]!.outline);
  const ys: number[] = [];
  const { outline } = glyphs[0]!;
  for (let i = 0; i < outline.length;) {
    const values = [2, 2, 4, 6, 0][outline[i]!]!;
    for (let k = 2; k <= values; k += 2) ys.push(outline[i + k]!);
    i += 1 + values;
  }
  assertEquals(Math.max(...ys), 0);
  assert(Math.min(...ys) < -0.6 && Math.min(...ys) > -0.8);
});

Deno.test("tracking follows each character, and its letters form no ligature", () => {
  const face = { families: ["Noto"], weight: 700, tracking: 0 } as const;
  const width = (text: string, tracking: number) => widthOf(text, { ...face, tracking }, fonts);
  const apart = width("f", 0) + width("l", 0);
  assert(width("fl", 0) - apart > 0.005, "the font has a ligature, which is wider");
  assertEquals(Math.round((width("fl", 0.1) - apart) * 1000), 200);
  assertEquals(Math.round((width("A\u0301", 0.1) - width("A\u0301", 0)) * 1000), 100);
});

Deno.test("a line from the right holds its numbers and Latin words from the left", () => {
  const order = (line: string, ...parts: string[]) => {
    const left = parts.map((part) => {
      const { outline } = caption(part).glyphs[0]!;
      return caption(line).glyphs.find((glyph) => glyph.outline === outline)!.x;
    });
    return parts.toSorted((a, b) => left[parts.indexOf(a)]! - left[parts.indexOf(b)]!).join(" ");
  };
  assertEquals(order("מ-4", "מ", "4"), "4 מ");
  assertEquals(order("ללמוד Ava", "ל", "A", "v"), "A v ל");
  assertEquals(order("ב 27 ק", "ב", "2", "7", "ק"), "ק 2 7 ב");
});

Deno.test("a baseline is where it has always been, on a whole pixel", () => {
  const { ascent, descent } = caption("H");
  assertEquals(baselineOf({ ascent, descent }, 50, 1), 41);
  assertEquals(baselineOf({ ascent, descent }, 61.3, 1.4), 62);
  const arabic = caption("م");
  assertEquals(baselineOf(arabic, 100, 1.4), 101);
});
