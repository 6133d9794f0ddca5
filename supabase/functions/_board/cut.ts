import type { Word } from "./fit.ts";

/** A letter of the scripts that hyphenate, at a part's end or start. */
const HYPHENATES = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** Arabic letters that join no letter after them. */
const ENDS_JOIN =
  /[\u0621-\u0625\u0627\u0629\u062F-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06C0\u06C3-\u06CB\u06CD\u06CF\u06D2\u06D3\u06D5]\p{M}*$/u;

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
export function cut(word: Word, max: number): Word[] {
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
