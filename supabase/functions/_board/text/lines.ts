import type { Word, Words } from "./measure.ts";
import { graphemesOf } from "./segments.ts";

/** Text set in lines at one size. */
export interface SetText {
  readonly size: number;
  readonly lines: readonly string[];
  /** Of the widest line, in pixels. */
  readonly width: number;
  readonly height: number;
}

interface Line {
  readonly text: string;
  readonly width: number;
}

/** One line of text at its size, its width in pixels. */
export interface SetLine extends Line {
  readonly size: number;
}

/** Words as one line of text. */
export function joinWords(words: readonly Word[]): string {
  return words.map((word, i) => (i === 0 || word.tight ? "" : " ") + word.text).join("") +
    (words.at(-1)?.ending ?? "");
}

/**
 * The most even lines that are no wider than `max` (in multiples of the font size): of all ways to break
 * the text, the one whose lines' lacks, squared, sum up to the least. Also the last line counts, so no
 * lonely word is left for it; a line would rather not end in "a" or "to", and where words have no space
 * between them, at a comma or a bracket.
 */
function evenLines({ words, space }: Words, max: number): Line[] {
  const gap = (word?: Word) => word?.tight ? 0 : space;
  const best: { cost: number; from: number; width: number }[] = [{ cost: 0, from: 0, width: 0 }];
  for (let end = 1; end <= words.length; end++) {
    let here = { cost: Infinity, from: end - 1, width: 0 };
    let width = 0;
    for (let from = end - 1; from >= 0; from--) {
      width += (words[from]?.width ?? 0) + (from < end - 1 ? gap(words[from + 1]) : 0);
      if (width > max && from < end - 1) break;
      const ending = end < words.length ? endCost(words[end - 1], words[end]) : 0;
      const cost = (best[from]?.cost ?? 0) + (max - width) ** 2 + ending;
      if (cost < here.cost) here = { cost, from, width };
    }
    best.push(here);
  }
  const lines: Line[] = [];
  for (let end = words.length; end > 0; end = best[end]?.from ?? 0) {
    const { from = 0, width = 0 } = best[end] ?? {};
    lines.unshift({ text: joinWords(words.slice(from, end)), width });
  }
  return lines;
}

/** What it costs to break a line between two words. */
function endCost(last?: Word, next?: Word): number {
  if (next?.tight) {
    const pause = /[，、。！？；：,.!?;:]$/u.test(last?.text ?? "") ||
      /^[（(「『【《〈“]/u.test(next.text);
    return pause ? -8 : 0;
  }
  return /^[\p{L}\p{N}]{1,2}$/u.test(last?.text ?? "") ? 1.5 : 0;
}

/**
 * Sets words in lines of one size.
 *
 * @param width in pixels
 * @param leading line height in multiples of the size
 * @param breakWords cut words wider than `width`; otherwise `null` is returned for them
 */
export function setLines(
  text: Words,
  size: number,
  width: number,
  leading: number,
  breakWords: boolean,
): SetText | null {
  const max = width / size;
  const words = breakWords ? text.words.flatMap((word) => breakWord(word, max)) : text.words;
  if (words.some((word) => word.width > max)) return null;
  const lines = evenLines({ words, space: text.space }, max);
  return {
    size,
    lines: lines.map((line) => line.text),
    width: Math.max(0, ...lines.map((line) => line.width)) * size,
    height: lines.length * leading * size,
  };
}

/** A setting reduced to its first lines, with an ellipsis for what was cut off. */
export function firstLines(set: SetText, most: number, leading: number): SetText {
  if (set.lines.length <= most) return set;
  const lines = set.lines.slice(0, most);
  lines.push(graphemesOf(lines.pop() ?? "").slice(0, -2).join("") + "…");
  return { ...set, lines, height: most * leading * set.size };
}

/** Sizes to try, from `max` down to `min` in steps of 8 %: few steps, so that neighbours match. */
export function sizesBetween(max: number, min: number): number[] {
  const list: number[] = [];
  for (let size = max; size > min; size *= 0.92) list.push(Math.round(size * 2) / 2);
  return [...list, min];
}

/** The characters of a text that is one line, spaces included. */
function charsOf({ words, space }: Words): Word["chars"] {
  return words.flatMap((word, i) =>
    i === 0 || word.tight ? word.chars : [{ text: " ", width: space }, ...word.chars]
  );
}

/** How wide a text is on one line, in multiples of the size: as it is set, and letter by letter. */
export const widthOf = ({ words, space }: Words): number =>
  words.reduce((sum, word, i) => sum + word.width + (i === 0 || word.tight ? 0 : space), 0);
export const widthByLetters = (text: Words): number =>
  charsOf(text).reduce((sum, char) => sum + char.width, 0);

/** What a single line may take, in pixels. */
export interface LineLimits {
  readonly width: number;
  /** The font sizes to choose from. */
  readonly largest: number;
  readonly smallest: number;
  /** How far a line of the smallest size may stick out before it is cut. */
  readonly slack: number;
}

/**
 * A text on one line: smaller where it is too wide, and cut where the smallest size still is.
 *
 * @param natural the text's width in multiples of the size
 */
export function fitLine(
  text: Words,
  { width, largest, smallest, slack }: LineLimits,
  natural = widthOf(text),
): SetLine {
  const size = Math.max(smallest, Math.min(largest, width / natural));
  if (natural * size <= width + slack) {
    return { text: joinWords(text.words), size, width: natural * size };
  }
  let left = width / size - 1; // less what the ellipsis takes at most
  const chars = charsOf(text);
  const end = chars.findIndex((char) => (left -= char.width) < 0);
  if (end < 0) return { text: joinWords(text.words), size, width }; // letter by letter it fits
  const kept = chars.slice(0, end).map((char) => char.text).join("");
  return { text: kept.trimEnd() + "…", size, width };
}

/**
 * The largest setting that `accepts`. Words stay whole down to `wholeTo`; below it, or where a word
 * is too wide at every size, they are cut. `null` if nothing is accepted.
 */
export function fitLines(
  max: number,
  min: number,
  wholeTo: number,
  set: (size: number, breakWords: boolean) => SetText | null,
  accepts: (set: SetText) => boolean,
): SetText | null {
  const all = sizesBetween(max, min);
  for (const breakWords of [false, true]) {
    for (const size of all) {
      if (!breakWords && size < wholeTo) break;
      const result = set(size, breakWords);
      if (result && accepts(result)) return result;
    }
  }
  return null;
}

/** A letter of the scripts that hyphenate, at a part's end or start. */
const HYPHENATES = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** Arabic letters that join no letter after them. */
const ENDS_JOIN = new RegExp(
  String.raw`[\u0621-\u0625\u0627\u0629\u062F-\u0632\u0648\u0671-\u0677\u0688-\u0699` +
    String.raw`\u06C0\u06C3-\u06CB\u06CD\u06CF\u06D2\u06D3\u06D5]\p{M}*$`,
  "u",
);

/**
 * What is put at the end of one part of a cut word and at the start of the next: a hyphen in scripts that
 * have one, and in Arabic joiners, so that letters keep the shape that they have inside the word.
 */
function seam(before: string, after: string): [end: string, start: string] {
  const [first = ""] = after;
  const last = before.replace(/\p{M}+$/u, "").slice(-1);
  if (HYPHENATES.test(last) && HYPHENATES.test(first)) return ["-", ""];
  const arabic = /(?=\p{Script=Arabic})\p{L}/u;
  if (arabic.test(last) && arabic.test(first) && !ENDS_JOIN.test(before)) {
    return ["\u200D", "\u200D"];
  }
  return ["", ""];
}

/** Cuts a word into equal parts no wider than `max`, with a hyphen between two letters of an alphabet. */
export function breakWord(word: Word, max: number): Word[] {
  if (word.width <= max) return [word];
  const hyphen = 0.4; // em, a little over what either face's hyphen takes
  const total = word.chars.reduce((sum, char) => sum + char.width, 0);
  const even = total / Math.ceil(total / Math.max(0.1, max - hyphen));
  const parts: { text: string; width: number; chars: Word["chars"][number][] }[] = [];
  let done = 0;
  for (const char of word.chars) {
    const part = parts.at(-1);
    const fits = part && part.width + char.width <= max - hyphen;
    if (part && fits && done + char.width / 2 <= even * parts.length) {
      part.text += char.text;
      part.width += char.width;
      part.chars.push(char);
    } else parts.push({ text: char.text, width: char.width, chars: [char] });
    done += char.width;
  }
  const seams = parts.map((part, i) => seam(part.text, parts[i + 1]?.text ?? ""));
  return parts.map((part, i) => {
    const [end, start] = [seams[i]?.[0] ?? "", seams[i - 1]?.[1] ?? ""];
    return {
      ...part,
      tight: i > 0 || word.tight,
      text: start + part.text,
      ending: end,
      width: part.width + (end === "-" ? hyphen : 0),
    };
  });
}
