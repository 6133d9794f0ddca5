import { fromBase64 } from "../engine/unpack.ts";
import type { Pack } from "./font_families.ts";

/** The block of nearly all Han in modern texts, 20 992 code points: a bitmap is smaller than ranges. */
export const HAN_FIRST = 0x4e00;
export const HAN_LAST = 0x9fff;

/** First and last code point. */
export type Range = readonly [first: number, last: number];

/** What one font maps, as the assets hold it. */
export interface FontCoverage {
  /** The code points, but for the main block of Han: hexadecimal, `20-7e,a0,...`. */
  readonly covers: string;
  /** A bit a code point from `HAN_FIRST` to `HAN_LAST`, lowest bit first, in base64; empty for none. */
  readonly han: string;
}

/** What the fonts of each pack map, in the order of the pack's file. No two of a pack map the same. */
export type PackCoverage = Readonly<Record<Pack, readonly FontCoverage[]>>;

/** Code points out of a list of ranges in hexadecimal. */
export function rangesOf(covers: string): Range[] {
  return covers.split(",").filter(Boolean).map((range): Range => {
    const [first = "", last = first] = range.split("-");
    return [parseInt(first, 16), parseInt(last, 16)];
  });
}

/** Whether a bitmap of the main block of Han has the point. */
export function hasHan(bits: Uint8Array, point: number): boolean {
  const i = point - HAN_FIRST;
  return i >= 0 && ((bits[i >> 3] ?? 0) >> (i & 7) & 1) === 1;
}

/** What one font maps. */
export class Coverage {
  readonly #others: readonly Range[];
  readonly #han: Uint8Array;

  constructor({ covers, han }: FontCoverage) {
    this.#others = rangesOf(covers);
    this.#han = fromBase64(han);
  }

  has(point: number): boolean {
    return point >= HAN_FIRST && point <= HAN_LAST
      ? hasHan(this.#han, point)
      : this.#others.some(([first, last]) => first <= point && point <= last);
  }
}
