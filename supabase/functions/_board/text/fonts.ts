import { COVERAGE } from "../assets/packs.ts";
import { fromBase64, unbrotli } from "../engine/unpack.ts";
import { Coverage } from "./coverage.ts";
import type { Face } from "./face.ts";
import {
  EMBEDDED,
  FALLBACK,
  type Family,
  type Pack,
  type Packs,
  SCRIPTS,
} from "./font_families.ts";
import { splitPack } from "./font_packs.ts";
import { type ShapingFont, startHarfBuzz } from "./harfbuzz.ts";
import { clustersOf } from "./segments.ts";

/** A part of a family, as the assets hold it: fonts come in slices by script. */
export interface FontSlice {
  readonly family: Family;
  readonly weight: number;
  /** The code points that it really maps, from its cmap: hexadecimal, `20-7e,a0,...`. */
  readonly covers: string;
  /**
   * TrueType of one weight, in Brotli, in base64. Not a variable font, whose outlines would be computed
   * letter by letter.
   */
  readonly data: string;
}

interface Slice {
  readonly family: Family;
  readonly weight: number;
  readonly coverage: Coverage;
  readonly data?: string;
  /** The bytes of one in a pack, in Brotli, as soon as a board brought them. */
  packed?: Uint8Array;
  font?: ShapingFont;
}

let loading: Promise<Fonts> | undefined;

/** The fonts, and HarfBuzz for them, once for the isolate; the next call tries a failed start again. */
export function loadFonts(): Promise<Fonts> {
  return loading ??= Promise.all([import("../assets/font_slices.ts"), startHarfBuzz()])
    .then(([slices, open]) => new Fonts(slices.default as readonly FontSlice[], open))
    .catch((error) => {
      loading = undefined;
      throw error;
    });
}

/** What fonts can draw, and the fonts. */
export class Fonts {
  readonly #slices: readonly Slice[];
  readonly #byFace = new Map<string, readonly Slice[]>();
  readonly #open: (file: Uint8Array) => ShapingFont;

  constructor(slices: readonly FontSlice[], open: (file: Uint8Array) => ShapingFont) {
    this.#open = open;
    const packs = Object.entries(COVERAGE) as [Pack, typeof COVERAGE[Pack]][];
    this.#slices = [
      ...slices.map((slice) => ({
        ...slice,
        coverage: new Coverage({ covers: slice.covers, han: "" }),
      })),
      ...packs.flatMap(([family, fonts]) =>
        fonts.map((font) => ({ family, weight: 700, coverage: new Coverage(font) }))
      ),
    ];
  }

  /**
   * Whether a family can draw a character with the marks on it: one of those embedded, or of those given.
   * All of it must be in one slice, as a mark is placed by the font of its letter.
   */
  draws(cluster: string, families: readonly Family[] = EMBEDDED): boolean {
    const points = [...cluster].map((char) => char.codePointAt(0) ?? 0);
    return this.#slices.some(({ family, coverage }) =>
      families.includes(family) && points.every((point) => coverage.has(point))
    );
  }

  /**
   * The families to set a text in, best first. A text stays in one face where one can draw all of it: a
   * lone foreign letter inside a word is uglier than a plainer face. Where it cannot, the family that most
   * of its letters need comes first, since the first one's metrics make the lines' common baseline.
   *
   * @param packs the packs that may draw this text, best first
   */
  stackFor(text: string, preferred: Family, packs: readonly Pack[] = []): Family[] {
    const clusters = clustersOf(text);
    const all = (families: readonly Family[]) => clusters.every((one) => this.draws(one, families));
    if (all([preferred])) return [preferred];
    if (all(["Noto"])) return ["Noto"];
    const letters = new Map<Family, number>([[preferred, 0]]);
    for (const cluster of clusters) {
      const order = [...new Set([preferred, "Bricolage" as const, "Noto" as const])];
      // A letter goes to our own faces; the quotes and dots of a text in a pack's script to the pack.
      const families = /\p{L}|\p{N}/u.test(cluster)
        ? [...order, ...SCRIPTS, ...packs]
        : [...packs, ...SCRIPTS.filter((family) => letters.has(family)), ...order, ...SCRIPTS];
      const family = families.find((one) => this.draws(cluster, [one]));
      // Han and Hangul are twice as wide as other letters.
      const weight = /\p{L}/u.test(cluster) ? packs.includes(family as Pack) ? 2 : 1 : 0;
      if (family) letters.set(family, (letters.get(family) ?? 0) + weight);
    }
    const ours = (family: Family) => family === preferred || family === "Noto" ? 1 : 0;
    return [...letters].sort(([a, m], [b, n]) => n - m || ours(a) - ours(b)).map(([one]) => one);
  }

  /** Takes the fonts of packs. The first file of a pack stays, so that no board changes another. */
  addPacks(packs: Packs): void {
    for (const pack of Object.keys(packs) as Pack[]) {
      const parts = splitPack(packs[pack]);
      const slices = this.#slices.filter((slice) => slice.family === pack);
      for (const [i, slice] of slices.entries()) slice.packed ??= parts[i];
    }
  }

  /**
   * The font that draws a character with the marks on it: of the first of the face's families that can.
   * What none can is a box in the family that stands in for all.
   */
  fontFor(cluster: string, { families, weight }: Face): ShapingFont {
    const points = [...cluster].map((char) => char.codePointAt(0) ?? 0);
    for (const family of [...families, ...FALLBACK]) {
      const slice = this.#slicesOf(family, weight)
        .find(({ coverage }) => points.every((point) => coverage.has(point)));
      if (slice) return this.#fontOf(slice);
    }
    return this.#fontOf(this.#slicesOf(FALLBACK[0]!, weight)[0]!);
  }

  /** The font that a face's ascent and descent are of: the first with a space, which packs have none of. */
  firstFont(face: Face): ShapingFont {
    return this.fontFor(" ", face);
  }

  /** A family's slices in the nearest weight, of two in the bolder. */
  #slicesOf(family: Family, weight: number): readonly Slice[] {
    const face = `${family} ${weight}`;
    const known = this.#byFace.get(face);
    if (known) return known;
    const all = this.#slices.filter((slice) => slice.family === family);
    const [nearest] = all.map((slice) => slice.weight)
      .sort((a, b) => Math.abs(a - weight) - Math.abs(b - weight) || b - a);
    const slices = all.filter((slice) => slice.weight === nearest);
    this.#byFace.set(face, slices);
    return slices;
  }

  /** A slice's font, opened on first use: most boards need three of the thirty. */
  #fontOf(slice: Slice): ShapingFont {
    if (slice.font) return slice.font;
    const packed = slice.data === undefined ? slice.packed : fromBase64(slice.data);
    if (!packed) throw new Error(`The font pack ${slice.family} lacks a font.`);
    return slice.font = this.#open(unbrotli(packed));
  }
}
