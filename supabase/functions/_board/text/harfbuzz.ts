import { fromBase64, unbrotli } from "../engine/unpack.ts";

type HarfBuzz = typeof import("./harfbuzz.d.ts");

/** A glyph of a shaped text; lengths are in ems. */
export interface Glyph {
  readonly id: number;
  /** Where its part of the text starts, in UTF-16 units. */
  readonly cluster: number;
  /** How far the next glyph is. */
  readonly advance: number;
  /** Where it stands from its place in the row; y goes downwards. */
  readonly x: number;
  readonly y: number;
}

/** What shapes with a font, and draws it. */
export interface ShapingFont {
  /** From the baseline upwards and downwards, in ems. Both are positive. */
  readonly ascent: number;
  readonly descent: number;
  /** The glyphs of a part of a text, from left to right. */
  shape(
    text: string,
    part: { readonly start: number; readonly length: number },
    style: { readonly rtl: boolean; readonly ligatures: boolean },
  ): Glyph[];
  /**
   * A glyph's outline: 0 x y moves, 1 x y draws a line, 2 x y x y a quadratic curve, 4 closes. In ems, y
   * downwards. The same array each time, empty for a space.
   */
  outline(glyph: number): Float32Array;
}

/**
 * Starts HarfBuzz.
 * @returns what opens a TrueType file. An opened font stays in memory for the isolate's life.
 */
export async function startHarfBuzz(): Promise<(file: Uint8Array) => ShapingFont> {
  const [glue, wasm] = await Promise.all([
    import("../assets/harfbuzz.js"),
    import("../assets/harfbuzz_wasm.ts"),
  ]);
  const harfBuzz: HarfBuzz = glue;
  await harfBuzz.start(unbrotli(fromBase64(wasm.default as string)));
  return fontOpener(harfBuzz);
}

function fontOpener(
  { Blob, Buffer, Direction, DrawFuncs, Face, Feature, Font, shape }: HarfBuzz,
): (file: Uint8Array) => ShapingFont {
  const buffer = new Buffer();
  const noLigatures = [new Feature("liga", 0), new Feature("clig", 0)];
  const pen = new DrawFuncs<{ path: number[]; em: number }>();
  pen.setMoveToFunc((x, y, { path, em }) => path.push(0, x / em, -y / em));
  pen.setLineToFunc((x, y, { path, em }) => path.push(1, x / em, -y / em));
  pen.setQuadraticToFunc((cx, cy, x, y, { path, em }) =>
    path.push(2, cx / em, -cy / em, x / em, -y / em)
  );
  pen.setClosePathFunc(({ path }) => path.push(4));

  return (file) => {
    const face = new Face(new Blob(file));
    const font = new Font(face);
    const { ascender, descender } = font.hExtents();
    const outlines = new Map<number, Float32Array>();
    const em = face.upem;
    return {
      ascent: ascender / em,
      descent: -descender / em,
      shape(text, { start, length }, { rtl, ligatures }) {
        buffer.clearContents();
        buffer.addText(text, start, length);
        buffer.setDirection(rtl ? Direction.RTL : Direction.LTR);
        buffer.guessSegmentProperties();
        shape(font, buffer, ligatures ? [] : noLigatures);
        const positions = buffer.getGlyphPositions();
        return buffer.getGlyphInfos().map(({ codepoint, cluster }, i) => {
          const { xAdvance, xOffset, yOffset } = positions[i]!;
          return {
            id: codepoint,
            cluster,
            advance: xAdvance / em,
            x: xOffset / em,
            y: -yOffset / em,
          };
        });
      },
      outline(glyph) {
        const known = outlines.get(glyph);
        if (known) return known;
        const path: number[] = [];
        font.drawGlyph(glyph, pen, { path, em });
        const outline = Float32Array.from(path);
        outlines.set(glyph, outline);
        return outline;
      },
    };
  };
}
