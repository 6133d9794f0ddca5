/** The part of `harfbuzzjs` that the board uses, typed; `start` is the generator's. */

/** Compiles and starts HarfBuzz, once for the module, before anything else here is made. */
export declare function start(wasm: Uint8Array): Promise<void>;

/** A copy of a font file, in HarfBuzz's memory. */
export declare class Blob {
  constructor(data: Uint8Array);
}

export declare class Face {
  constructor(blob: Blob);
  /** Font units in an em. */
  readonly upem: number;
}

/** A face at a size; unless set, one em is its `upem`. */
export declare class Font {
  constructor(face: Face);
  /** The descender is below zero. */
  hExtents(): {
    readonly ascender: number;
    readonly descender: number;
    readonly lineGap: number;
  };
  drawGlyph<T>(glyph: number, functions: DrawFuncs<T>, data: T): void;
}

/** What receives an outline, piece by piece; y goes upwards. */
export declare class DrawFuncs<T> {
  setMoveToFunc(draw: (x: number, y: number, data: T) => unknown): void;
  setLineToFunc(draw: (x: number, y: number, data: T) => unknown): void;
  setQuadraticToFunc(
    draw: (cx: number, cy: number, x: number, y: number, data: T) => unknown,
  ): void;
  setClosePathFunc(draw: (data: T) => unknown): void;
}

export declare const Direction: { readonly LTR: number; readonly RTL: number };

/** Text before shaping, glyphs after it, from left to right. */
export declare class Buffer {
  /** Empties it, properties included. */
  clearContents(): void;
  /** Adds a part of a text; HarfBuzz sees what is around it. Counts UTF-16 units. */
  addText(text: string, start: number, length: number): void;
  setDirection(direction: number): void;
  /** Sets what is not set, the script by the first letter that has one. */
  guessSegmentProperties(): void;
  /** `codepoint` is the glyph's number, `cluster` where its part of the text starts. */
  getGlyphInfos(): { readonly codepoint: number; readonly cluster: number }[];
  getGlyphPositions(): {
    readonly xAdvance: number;
    readonly xOffset: number;
    readonly yOffset: number;
  }[];
}

export declare class Feature {
  constructor(tag: string, value: number);
}

export declare function shape(
  font: Font,
  buffer: Buffer,
  features?: readonly Feature[],
): void;
