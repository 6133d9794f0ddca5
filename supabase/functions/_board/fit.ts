import { cut } from "./cut.ts";
import { graphemesOf } from "./segment.ts";

/** A word and how wide it is, in multiples of the font size. */
export interface Word {
  readonly text: string;
  readonly width: number;
  /** Whether it follows the word before without a space, as the second half of "check-up" does. */
  readonly tight?: boolean;
  /** What follows where a line ends with it: the hyphen or joiner of a part of a cut word. In its width. */
  readonly ending?: string;
  /** The width of each of its characters with their marks, alone: for breaking it where nothing else helps. */
  readonly chars: readonly { readonly text: string; readonly width: number }[];
}

/** Words in reading order, and the space between two, in multiples of the font size. */
export interface Words {
  readonly words: readonly Word[];
  readonly space: number;
  /** The line height that their script needs, in multiples of the size; none if any will do. */
  readonly leading?: number;
}

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

/** Words as one line of text. */
export function join(words: readonly Word[]): string {
  return words.map((word, i) => (i === 0 || word.tight ? "" : " ") + word.text).join("") +
    (words.at(-1)?.ending ?? "");
}

/**
 * The most even lines that are no wider than `max` (in multiples of the font size): of all ways to break
 * the text, the one whose lines' lacks, squared, sum up to the least. Also the last line counts, so no
 * lonely word is left for it; a line would rather not end in "a" or "to", and where words have no space
 * between them, at a comma or a bracket.
 */
function even({ words, space }: Words, max: number): Line[] {
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
    lines.unshift({ text: join(words.slice(from, end)), width });
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
  const words = breakWords ? text.words.flatMap((word) => cut(word, max)) : text.words;
  if (words.some((word) => word.width > max)) return null;
  const lines = even({ words, space: text.space }, max);
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
export function sizes(max: number, min: number): number[] {
  const list: number[] = [];
  for (let size = max; size > min; size *= 0.92) list.push(Math.round(size * 2) / 2);
  return [...list, min];
}

/**
 * The largest setting that `accepts`. Words stay whole down to `wholeTo`; below it, or where a word
 * is too wide at every size, they are cut. `null` if nothing is accepted.
 */
export function fit(
  max: number,
  min: number,
  wholeTo: number,
  set: (size: number, breakWords: boolean) => SetText | null,
  accepts: (set: SetText) => boolean,
): SetText | null {
  const all = sizes(max, min);
  for (const breakWords of [false, true]) {
    for (const size of all) {
      if (!breakWords && size < wholeTo) break;
      const result = set(size, breakWords);
      if (result && accepts(result)) return result;
    }
  }
  return null;
}
