import { LANGUAGES } from "../../supabase/functions/_board/choose/languages.ts";
import { spell } from "../../supabase/functions/_board/choose/spelling.ts";
import { ILLUSTRATIONS, TOPICS } from "../../supabase/functions/_board/choose/topics.ts";
import { base64, brotli, type Files, HEADER } from "./asset_module.ts";
import { annotationsIn, namesIn, plain } from "./cldr.ts";
import { reviewedIn } from "./reviewed_words.ts";

/** What a word means: a place among the topics and then the illustrations, and its weight. */
type Meanings = Map<number, string>;

/**
 * The words of all languages, for vocabulary.ts. Languages without a list in words/ have CLDR's words and
 * names alone.
 */
export function embedVocabularies(): Files {
  const blocks = LANGUAGES.map((language) => block(language));
  const text = [
    LANGUAGES.join(" "),
    ...blocks.map((lines) => lines.map(([word]) => word).join("\n")),
    ...blocks.map((lines) => lines.map(([, meanings]) => meanings).join("\n")),
  ].join("\f");
  const data = base64(brotli(new TextEncoder().encode(text)));
  return [["vocabularies.ts", `${HEADER}export default "${data}";\n`]];
}

/** A language's words in order, each with what it means. */
function block(language: string): (readonly [word: string, meanings: string])[] {
  const words = new Map<string, Meanings>();
  const add = (word: string, target: number, weight: string) => {
    const meanings = words.get(word) ?? new Map();
    if (!meanings.has(target)) meanings.set(target, weight);
    words.set(word, meanings);
  };
  const reviewed = reviewedIn(language);
  for (const { word, target, weight, open } of reviewed.words) {
    add(word, target, (open ? weight + 9 : weight).toString(36).toUpperCase());
  }
  const open = reviewed.words.filter((entry) => entry.open).map((entry) => entry.word);
  const own = (word: string) =>
    words.has(word) || reviewed.stop.has(word) || open.some((start) => word.startsWith(start));
  // A word of the reviewed list means what the list says and nothing that CLDR adds.
  const added = [...namesIn(language), ...cldrWords(language)].filter(({ word }) => !own(word));
  for (const { word, target, weight } of added) add(word, target, String(weight));
  for (const word of reviewed.stop) if (!words.has(word)) words.set(word, new Map());
  return [...words].sort(([a], [b]) => a < b ? -1 : 1).map(([word, meanings]) => [
    word,
    [...meanings].slice(0, 3)
      .map(([target, weight]) => target.toString(36).padStart(2, "0") + weight).join(""),
  ]);
}

/** Words that say less than this of 9 are left out: half the module's size, and mostly noise. */
const LEAST = 3;

/** The most words an illustration and language, the most telling first: CLDR's others are side notes. */
const MOST = 4;

/**
 * CLDR's words for the illustrations. A word of the name weighs up to 5 and a keyword up to 4, less the
 * more emoji it is said of: one of 60 says nothing ("person"). Below `LEAST` it is left out.
 */
function cldrWords(language: string): { word: string; target: number; weight: number }[] {
  const all = annotationsIn(language);
  const uses = new Map<string, number>();
  for (const { name, keywords } of all.values()) {
    for (const word of new Set([...name, ...keywords])) uses.set(word, (uses.get(word) ?? 0) + 1);
  }
  const rarity = (word: string) => 1 - Math.log(uses.get(word) ?? 1) / Math.log(60);
  return ILLUSTRATIONS.flatMap((illustration, i) => {
    const own = all.get(plain(illustration));
    if (!own) return [];
    const target = TOPICS.size + i;
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
