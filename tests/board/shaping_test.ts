/**
 * Chromium prints the lines of shaping.tsv with the same fonts. The PDF has each glyph's number in its font,
 * and its place.
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { COVERAGE } from "../../supabase/functions/_board/assets/packs.ts";
import slices from "../../supabase/functions/_board/assets/font_slices.json" with { type: "json" };
import { fromBase64, unbrotli } from "../../supabase/functions/_board/engine/unpack.ts";
import { Coverage, type Range, rangesOf } from "../../supabase/functions/_board/text/coverage.ts";
import { drawableText } from "../../supabase/functions/_board/text/drawable_text.ts";
import { type Face, faceFor } from "../../supabase/functions/_board/text/face.ts";
import { FALLBACK, type Pack } from "../../supabase/functions/_board/text/font_families.ts";
import {
  PACK_FILES,
  packsAmong,
  planPacks,
  splitPack,
} from "../../supabase/functions/_board/text/font_packs.ts";
import { loadFonts } from "../../supabase/functions/_board/text/fonts.ts";
import { clustersOf } from "../../supabase/functions/_board/text/segments.ts";
import { baselineOf, shapeLine, widthOf } from "../../supabase/functions/_board/text/shape_line.ts";
import { many, random } from "../support/campaign.ts";
import { launchChromium } from "../web/support/chromium.ts";
import { readAssets } from "../../tools/commands/lib/read_assets.ts";
import { randomText } from "./support/random_text.ts";

/** HarfBuzz's memory, of the first instance that it makes: no measure of Deno's counts it. */
let memory: WebAssembly.Memory | undefined;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    memory ??= this.exports.memory as WebAssembly.Memory;
  }
};
const fonts = await loadFonts();
WebAssembly.Instance = Instance;
const packs = packsAmong(readAssets(Object.values(PACK_FILES))) as Record<Pack, Uint8Array>;
fonts.addPacks(packs);

/** A line in its own face, as a caption is set. */
const caption = (text: string, tracking = 0) =>
  shapeLine(
    text,
    faceFor(text, { families: fonts.stackFor(text, "Bricolage"), weight: 700, tracking }),
    fonts,
  );

/** The lines of the table, as captions, and those of the alphabets as tracked titles as well. */
function tableLines(): { text: string; face: Face }[] {
  const table = Deno.readTextFileSync(new URL("shaping.tsv", import.meta.url));
  const texts = table.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return texts.flatMap((text) => {
    const [packs = []] = planPacks([text]);
    const face = (family: "Bricolage" | "Fraunces", weight: number, tracking: number) =>
      faceFor(text, { families: fonts.stackFor(text, family, packs), weight, tracking });
    const title = face("Fraunces", 600, -0.02);
    return [face("Bricolage", 700, 0), ...(title.tracking ? [title] : [])]
      .map((face) => ({ text, face }));
  });
}

/** The fonts in CSS, of what the packs cover only the points that are given. */
function fontFaces(points: readonly number[]): string {
  const pointsOf = (coverage: Coverage) =>
    points.filter((point) => coverage.has(point)).map((point): Range => [point, point]);
  const all = [
    ...slices.map(({ family, weight, covers, data }) => ({
      family,
      weight,
      ranges: rangesOf(covers),
      packed: fromBase64(data) as Uint8Array,
    })),
    ...(Object.keys(COVERAGE) as Pack[]).flatMap((family) =>
      COVERAGE[family].map((part, i) => ({
        family,
        weight: 700,
        ranges: pointsOf(new Coverage(part)),
        packed: splitPack(packs[family])[i]!,
      }))
    ),
  ];
  // of two that have a character CSS takes the later one
  return all.reverse().map(({ family, weight, ranges, packed }) => {
    const file = Buffer.from(unbrotli(packed)).toString("base64");
    return `@font-face { font-family: ${family}; font-weight: ${weight};
      src: url(data:font/ttf;base64,${file});
      unicode-range: ${
      ranges.map((range) => `U+${range.map((point) => point.toString(16)).join("-")}`).join(",")
    } }`;
  }).join("\n");
}

/** A glyph in a PDF of Chromium's; pixels from the page's upper left. */
interface PrintedGlyph {
  readonly id: number;
  /** None where it follows the glyph before at that glyph's own width. */
  readonly x?: number;
  readonly y: number;
}

/** The glyphs of a PDF, by page. */
function printedGlyphs(pdf: Uint8Array): PrintedGlyph[][] {
  const text = Buffer.from(pdf).toString("latin1");
  const pages: PrintedGlyph[][] = [];
  for (const { 0: head, index } of text.matchAll(/<<[^>]*\/Length (\d+)[^>]*>>\s*stream\r?\n/g)) {
    let stream = "";
    try {
      stream = Buffer.from(inflateSync(pdf.subarray(index + head.length))).toString("latin1");
    } catch {
      continue; // not Flate
    }
    if (!/\bTj\b/.test(stream)) continue;
    const glyphs: PrintedGlyph[] = [];
    let [x, y, moved] = [0, 0, true];
    const operators = /1 0 0 -1 (\S+) (\S+) Tm|(\S+) (\S+) Td|<([0-9A-F]+)> Tj/g;
    for (const [, left, top, dx, dy, row] of stream.matchAll(operators)) {
      if (left) [x, y, moved] = [Number(left), Number(top), true];
      else if (dx) [x, y, moved] = [x + Number(dx), y - Number(dy), true];
      for (const id of row?.match(/.{4}/g) ?? []) {
        glyphs.push({ id: parseInt(id, 16), ...(moved ? { x } : {}), y });
        moved = false;
      }
    }
    pages.push(glyphs);
  }
  return pages;
}

Deno.test("lines have the glyphs that Chromium chooses, where it puts them", async () => {
  const lines = tableLines();
  assert(lines.length >= 200);
  const size = 100;
  const step = 300;
  const points = new Set(lines.flatMap(({ text }) => [...text].map((c) => c.codePointAt(0)!)));
  const html = `<meta charset="utf-8"><style>${fontFaces([...points])}
    @page { size: 6000px ${lines.length * step}px; margin: 0 }
    body { margin: 0 }
    div { position: absolute; left: 0; white-space: pre; font-size: ${size}px;
      line-height: ${step}px; font-kerning: normal; text-rendering: geometricPrecision;
      text-spacing-trim: space-all }
    </style>${
    lines.map(({ text, face: { families, weight, tracking, rtl } }, i) =>
      `<div dir=${rtl ? "rtl" : "ltr"} style="top: ${i * step}px; font-weight: ${weight};
        letter-spacing: ${tracking}em; font-family: ${[...families, ...FALLBACK]}">${
        text.replace("&", "&amp;")
      }</div>`
    ).join("")
  }`;
  const browser = await launchChromium();
  let pages: PrintedGlyph[][];
  let widths: number[];
  try {
    const page = await browser.newPage();
    await page.setContent(html);
    await page.evaluate("document.fonts.ready");
    widths = await page.evaluate(
      `[...document.querySelectorAll("div")].map((line) => line.getBoundingClientRect().width)`,
    );
    pages = printedGlyphs(await page.pdf({ preferCSSPageSize: true }));
  } finally {
    await browser.close();
  }
  const wrong: string[] = [];
  lines.forEach(({ text, face }, i) => {
    const line = shapeLine(text, face, fonts);
    const own = [...new Set(clustersOf(text).map((cluster) => fonts.fontFor(cluster, face)))];
    const rest = [...line.glyphs];
    const printed = pages.flat().filter(({ y }) => y >= i * step && y < (i + 1) * step);
    const ys = printed.map(({ y }) => y).sort((a, b) => a - b);
    const baseline = ys[ys.length >> 1] ?? 0;
    const missing = printed.filter(({ id, x, y }) => {
      const outlines = own.map((font) => font.outline(id));
      const at = rest.findIndex((glyph) =>
        outlines.includes(glyph.outline) &&
        Math.abs(glyph.x - (x ?? glyph.x * size) / size) < 0.005 &&
        Math.abs(glyph.y - (y - baseline) / size) < 0.005
      );
      if (at >= 0) rest.splice(at, 1);
      return at < 0 && outlines.every((outline) => outline.length > 0); // or it is a space
    });
    if (missing.length + rest.length > 0 || Math.abs(line.width - widths[i]! / size) > 0.005) {
      wrong.push(
        `${text} in ${face.families}: ${missing.length} not there, ${rest.length} too many, ` +
          `width ${line.width.toFixed(3)}, not ${(widths[i]! / size).toFixed(3)}`,
      );
    }
  });
  assertEquals(wrong, []);
});

Deno.test("random texts are shaped, and take no more memory than the fonts", () => {
  const next = random("shaping");
  const clean = (raw: string) => drawableText(raw, (character) => fonts.draws(character)).text;
  const shapeAll = (count: number) => {
    for (let i = 0; i < count; i++) {
      const { width, glyphs } = caption(clean(randomText(next, 120)));
      assert(width >= 0 && glyphs.every(({ x, y }) => Number.isFinite(x + y)));
    }
  };
  shapeAll(many(200, 2000));
  const before = memory!.buffer.byteLength;
  shapeAll(many(300, 8000));
  assertLess(memory!.buffer.byteLength - before, 1e6, "a font or two opened late");
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
