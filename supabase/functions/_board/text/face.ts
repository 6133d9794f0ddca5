import type { Family } from "./font_families.ts";

/** A face to set text in: what decides a word's width apart from the size. */
export interface Face {
  readonly families: readonly Family[];
  readonly weight: number;
  /** Letter spacing, in multiples of the size. */
  readonly tracking: number;
  /** The line height that the text's script needs, in multiples of the size; none if any will do. */
  readonly leading?: number;
  /** Whether lines run from right to left. */
  readonly rtl?: boolean;
}

/** A line of text and its face. */
export interface Run {
  readonly text: string;
  readonly face: Face;
}

/** Line heights in multiples of the size, where the script needs no other. */
export const CAPTION_LEADING = 1.1;
export const TITLE_LEADING = 1.04;

/** Whether a text runs from right to left, by its first strong character as in HTML's `dir="auto"`. */
export function isRtl(text: string): boolean {
  return /^\P{L}*(?=\p{L})[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text);
}

/** The line height of each script, in multiples of the size; the alphabets have the caller's. */
const SCRIPT_LEADING: Partial<Record<Family, number>> = {
  Arabic: 1.4, // dots and harakat above, bowls below
  Hebrew: 1.2,
  Devanagari: 1.34,
  Bengali: 1.34,
  Tamil: 1.34,
  Thai: 1.4, // vowel and tone above, vowel below
  SC: 1.26,
  TC: 1.26,
  JP: 1.26,
  KR: 1.24,
};

/** A mark for reciting the Quran or the Vedas: it stands up to half an em above the other marks. */
export const RECITING =
  /(?=\p{M})[\u0610-\u061A\u06D6-\u06ED\u08CA-\u08FF\u0951-\u0954\u1CD0-\u1CFF\u20F0\uA8E0-\uA8F1]/u;

/**
 * A name as it can stand in a line that runs from the left: between two marks (U+200F, never drawn) that
 * keep the punctuation at its ends there.
 */
export function isolate(name: string): string {
  return isRtl(name) ? `\u200F${name}\u200F` : name;
}

/**
 * How far a line's start reaches over the margin, in multiples of the size: the left half of the cell of an
 * East Asian bracket is empty, and the line would look indented.
 */
export function hangOf(line: string, { families }: Face): number {
  const [first] = families;
  if (first === "JP") return /^[「『（【《〈〔［｛]/u.test(line) ? 0.46 : 0; // its quotes are narrow
  return (first === "SC" || first === "TC") && /^[「『（【《〈〔［｛“‘]/u.test(line) ? 0.46 : 0;
}

/** How far a title is raised, in multiples of its size: Arabic reaches as deep as others reach high. */
export function liftOf({ families }: Face): number {
  return families.includes("Arabic") ? 0.16 : 0;
}

/**
 * A face as the scripts of its text need it: leading, direction, and no tracking except in the alphabets:
 * it would tear joined letters apart, and Han have their space built in.
 */
export function faceFor(text: string, face: Face): Face {
  const high = RECITING.test(text) ? 0.8 : 0; // half of it goes above the line
  const leadings = face.families.flatMap((family) => SCRIPT_LEADING[family] ?? []);
  return {
    ...face,
    tracking: leadings.length > 0 ? 0 : face.tracking,
    ...(face.leading ? { leading: Math.max(face.leading, ...leadings) + high } : {}),
    rtl: isRtl(text),
  };
}
