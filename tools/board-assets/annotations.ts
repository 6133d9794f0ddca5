import { spell } from "../../supabase/functions/_board/spelling.ts";
import { PICTURES, THEMES } from "../../supabase/functions/_board/themes.ts";
import { annotationsIn, plain } from "./cldr.ts";
import { namesIn } from "./names.ts";
import { base64, brotli, HEADER } from "./source.ts";
import { reviewedIn } from "./words.ts";

/** What goals may be written in. Those without a file in words/ have CLDR's words and names alone. */
export const LANGUAGES =
  "en es fr de pt it nl sv da no fi pl cs sk hu ro bg uk ru el tr ar he fa hi bn ta th vi id ms ko ja zh zh-Hant"
    .split(" ");

/** Whom a word calls (an index into the themes and then the pictures), by weight. */
type Calls = Map<number, string>;

/** The module that holds the words of all languages. `vocabulary.ts` reads it. */
export function annotationsModule(): string {
  const blocks = LANGUAGES.map((language) => block(language));
  const text = [
    LANGUAGES.join(" "),
    ...blocks.map((lines) => lines.map(([word]) => word).join("\n")),
    ...blocks.map((lines) => lines.map(([, calls]) => calls).join("\n")),
  ].join("\f");
  return `${HEADER}export default "${base64(brotli(new TextEncoder().encode(text)))}";\n`;
}

/** A language's words in order, each with what it calls. */
function block(language: string): (readonly [word: string, calls: string])[] {
  const words = new Map<string, Calls>();
  const call = (word: string, target: number, weight: string) => {
    const calls = words.get(word) ?? new Map();
    if (!calls.has(target)) calls.set(target, weight);
    words.set(word, calls);
  };
  const reviewed = reviewedIn(language);
  for (const { word, theme, weight, open } of reviewed.words) {
    call(word, themeIndex(theme), (open ? weight + 9 : weight).toString(36).toUpperCase());
  }
  const open = reviewed.words.filter((entry) => entry.open).map((entry) => entry.word);
  const own = (word: string) =>
    words.has(word) || reviewed.stop.has(word) || open.some((start) => word.startsWith(start));
  // A word of the reviewed list calls what the list says and nothing that CLDR adds.
  const added = [...namesIn(language), ...cldrWords(language)].filter(({ word }) => !own(word));
  for (const { word, target, weight } of added) call(word, target, String(weight));
  for (const word of reviewed.stop) if (!words.has(word)) words.set(word, new Map());
  return [...words].sort(([a], [b]) => a < b ? -1 : 1).map(([word, calls]) => [
    word,
    [...calls].slice(0, 3).map(([target, weight]) => target.toString(36).padStart(2, "0") + weight)
      .join(""),
  ]);
}

/** Words that say less than this of 9 are left out: half the module's size, and mostly noise. */
const LEAST = 3;

/** At most so many words a picture and language, the most telling: CLDR's further ones are side notes. */
const MOST = 4;

const names = [...THEMES.keys()];

/** The place of a theme among the targets. */
export function themeIndex(theme: string): number {
  const index = names.indexOf(theme);
  if (index < 0) throw new Error(`There is no theme "${theme}".`);
  return index;
}

/**
 * CLDR's words for the embedded pictures. A word of the name weighs up to 5 and a keyword up to 4, less the
 * more emoji it is said of: one of 60 says nothing ("person"). Below `LEAST` it is left out.
 */
function cldrWords(language: string): { word: string; target: number; weight: number }[] {
  const all = annotationsIn(language);
  const uses = new Map<string, number>();
  for (const { name, keywords } of all.values()) {
    for (const word of new Set([...name, ...keywords])) uses.set(word, (uses.get(word) ?? 0) + 1);
  }
  const rarity = (word: string) => 1 - Math.log(uses.get(word) ?? 1) / Math.log(60);
  return PICTURES.flatMap((picture, i) => {
    const own = all.get(plain(picture));
    if (!own) return [];
    const target = THEMES.size + i;
    const found = [...new Set([...own.name, ...own.keywords])].map((word) => ({
      word,
      target,
      weight: Math.round((own.name.includes(word) ? 5 : 4) * rarity(word)),
    })).filter(({ word, weight }) => weight >= LEAST && telling(word, language));
    const told = found.map(({ word }) => word);
    return found.filter(({ word }) => !told.some((other) => covers(other, word)))
      .sort((a, b) => b.weight - a.weight).slice(0, MOST);
  }).sort((a, b) => b.weight - a.weight);
}

/** Whether a goal with the one word is understood by the other: its stem, or a word of the phrase. */
function covers(other: string, word: string): boolean {
  if (other === word) return false;
  return word.split(" ").includes(other) ||
    other.length >= 4 && word.startsWith(other) && word.length - other.length <= 3;
}

/** Whether a word is long enough to be one; in Vietnamese one syllable of many is none. */
function telling(word: string, language: string): boolean {
  if (word !== spell(word) || /^\p{N}+$/u.test(word)) return false;
  if (/\p{scx=Han}/u.test(word)) return true;
  if (language === "vi") return word.includes(" ") || word.length > 4;
  return word.length > (/\p{sc=Latin}/u.test(word) ? 2 : 1);
}
