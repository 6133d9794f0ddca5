// @ts-types="./bidi.d.ts"
import bidiFactory from "../assets/bidi.js";
import type { Face } from "./face.ts";
import type { Fonts } from "./fonts.ts";
import type { Glyph, ShapingFont } from "./harfbuzz.ts";
import { clustersOf } from "./segments.ts";

/** A glyph of a line; lengths are in ems, from the line's left end and its baseline, y downwards. */
export interface PlacedGlyph {
  /** In its font; 0 is the box for what the font lacks. */
  readonly id: number;
  /** As `ShapingFont.outline` says: one array for each glyph of a font. */
  readonly outline: Float32Array;
  readonly x: number;
  readonly y: number;
}

/** A line as it is drawn; lengths are in ems. */
export interface ShapedLine {
  /** From left to right, without those that draw nothing. */
  readonly glyphs: readonly PlacedGlyph[];
  /** With the tracking after the last character. */
  readonly width: number;
  /** Of the face's first family, for `baselineOf`. */
  readonly ascent: number;
  readonly descent: number;
}

/** Shapes a line, which HarfBuzz takes about 0.05 ms for. */
export function shapeLine(text: string, face: Face, fonts: Fonts): ShapedLine {
  const glyphs: PlacedGlyph[] = [];
  let width = 0;
  for (const { font, shaped } of shapeRuns(text, face, fonts)) {
    for (const { id, x, y, advance } of shaped) {
      const outline = font.outline(id);
      if (outline.length > 0) glyphs.push({ id, outline, x: width + x, y });
      width += advance;
    }
  }
  const { ascent, descent } = fonts.firstFont(face);
  return { glyphs, width, ascent, descent };
}

/** A line's width in ems, as `shapeLine` has it. */
export const widthOf = (text: string, face: Face, fonts: Fonts): number =>
  shapeRuns(text, face, fonts)
    .flatMap(({ shaped }) => shaped)
    .reduce((sum, { advance }) => sum + advance, 0);

/**
 * How far below the top of a line its baseline is, in whole pixels. As the boards have always stood, and as
 * browsers do it: ascent and descent are rounded, and of what the line is higher the smaller half goes above.
 *
 * @param size in pixels
 * @param leading in multiples of the size
 */
export function baselineOf(
  { ascent, descent }: { readonly ascent: number; readonly descent: number },
  size: number,
  leading: number,
): number {
  const [above, below] = [
    Math.round(ascent * size),
    Math.round(descent * size),
  ];
  return above + Math.floor((size * leading - above - below) / 2);
}

/** Parts of a line that one font draws in one direction. */
interface FontRun {
  readonly font: ShapingFont;
  /** Odd if it runs from right to left. */
  readonly level: number;
  readonly start: number;
  length: number;
}

/**
 * The glyphs of a line from left to right, with the tracking that follows each character in their advances.
 * Tracked letters form no ligatures, as in CSS. No run has letters of two scripts that HarfBuzz would shape
 * in different ways, since the fonts are cut by script.
 */
function shapeRuns(
  text: string,
  face: Face,
  fonts: Fonts,
): { font: ShapingFont; shaped: Glyph[] }[] {
  const { tracking } = face;
  return inVisualOrder(fontRuns(text, face, fonts)).map(
    ({ font, level, start, length }) => {
      const style = { rtl: level % 2 === 1, ligatures: tracking === 0 };
      const shaped = font.shape(text, { start, length }, style);
      const ends = (i: number) => shaped[i]?.cluster !== shaped[i + 1]?.cluster;
      return {
        font,
        shaped: shaped.map((glyph, i) =>
          ends(i) ? { ...glyph, advance: glyph.advance + tracking } : glyph
        ),
      };
    },
  );
}

function fontRuns(text: string, face: Face, fonts: Fonts): FontRun[] {
  const levels = levelsOf(text, face.rtl ?? false);
  const runs: FontRun[] = [];
  let start = 0;
  for (const cluster of clustersOf(text)) {
    const font = fonts.fontFor(cluster, face);
    const level = levels[start] ?? 0;
    const last = runs.at(-1);
    if (last?.font === font && last.level === level) {
      last.length += cluster.length;
    } else runs.push({ font, level, start, length: cluster.length });
    start += cluster.length;
  }
  return runs;
}

/** Letters, numbers and marks that do not run from the left, as far as a font has them. */
const RTL = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC]/;

let bidi: ReturnType<typeof bidiFactory> | undefined;

/** The embedding level of each UTF-16 unit of a line; none for one that runs from the left throughout. */
function levelsOf(text: string, rtl: boolean): Uint8Array {
  if (!rtl && !RTL.test(text)) return new Uint8Array();
  bidi ??= bidiFactory();
  return bidi.getEmbeddingLevels(text, rtl ? "rtl" : "ltr").levels;
}

/** From the highest level down, what is at least so high is turned: unicode.org/reports/tr9/#L2 */
function inVisualOrder(runs: readonly FontRun[]): FontRun[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...runs.map((run) => run.level));
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let end = from;
      while ((ordered[end]?.level ?? 0) >= level) end++;
      const turned = ordered.slice(from, end).reverse();
      ordered.splice(from, turned.length, ...turned);
      from = Math.max(from, end - 1);
    }
  }
  return ordered;
}
