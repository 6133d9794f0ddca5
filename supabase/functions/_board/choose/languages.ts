/** The languages of the vocabulary by script. The script decides only which of them read a goal. */
const BY_SCRIPT: readonly (readonly [script: RegExp, languages: readonly string[]])[] = ([
  [/\p{sc=Latin}/u, "en es fr de pt it nl sv da no fi pl cs sk hu ro tr vi id ms"],
  [/\p{sc=Cyrillic}/u, "ru uk bg"],
  [/\p{sc=Greek}/u, "el"],
  [/\p{sc=Arabic}/u, "ar fa"],
  [/\p{sc=Hebrew}/u, "he"],
  [/\p{sc=Devanagari}/u, "hi"],
  [/\p{sc=Bengali}/u, "bn"],
  [/\p{sc=Tamil}/u, "ta"],
  [/\p{sc=Thai}/u, "th"],
  [/\p{sc=Hangul}/u, "ko"],
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/u, "ja"],
  [/\p{sc=Han}/u, "zh zh-Hant ja"],
] as const).map(([script, list]) => [script, list.split(" ")] as const);

/** Every language of the vocabulary. */
export const LANGUAGES = [...new Set(BY_SCRIPT.flatMap(([, languages]) => languages))];

/** The languages that a text may be in, by its letters; Japanese alone where there is kana. */
export function languagesOf(text: string): string[] {
  const found = BY_SCRIPT.filter(([script]) => script.test(text)).flatMap(([, list]) => list);
  const japanese = /[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text);
  return [...new Set(found)].filter((language) => !japanese || !language.startsWith("zh"));
}

/**
 * The words that a written word may be, itself first: Arabic and Hebrew write "and", "the", "to" and
 * others at the head of the next word.
 */
export function withoutPrefixes(word: string, language: string): string[] {
  const [, prefixes, shortest] = PREFIXES.find(([one]) => one === language) ?? [];
  if (!prefixes || !shortest) return [word];
  const rests = [1, 2, 3].filter((n) =>
    word.length - n >= shortest && prefixes.test(word.slice(0, n))
  )
    .map((n) => word.slice(n));
  return [word, ...rests];
}

/** Language, what may stand at the head of a word, and the fewest letters that must be left. */
const PREFIXES: readonly (readonly [string, RegExp, number])[] = [
  ["ar", /^[وف]?(?:[بلك]|ال|لل|[بك]ال)?$/, 3],
  ["he", /^ו?(?:[הבלמשכ]|[בלמשכ]ה)?$/, 2],
];

/** The languages that write compounds as one word, the telling part at the end ("Bachelorarbeit"). */
export const COMPOUNDING: ReadonlySet<string> = new Set(["de", "nl", "sv", "da", "no", "fi", "hu"]);

/**
 * Whether two words may be forms of one, of which the vocabulary has the second: they part late, and in
 * endings as short as the language's are. English ones are few and known, which keeps "star" from "start".
 *
 * @param common how many letters they have in common from the left
 */
export function sameStem(word: string, known: string, common: number, language: string): boolean {
  const [ending, lost] = [word.slice(common), known.slice(common)];
  if (language === "en") {
    return common >= 3 && /^(?:s|es|ed|d|ing|er|ers|ies|y)$/.test(ending) && /^[ey]?$/.test(lost);
  }
  if (common < 4 && (common < 3 || /\p{sc=Latin}/u.test(known))) return false;
  if (lost === "" && ending.length <= (LONG_ENDINGS.has(language) ? 7 : 3)) return true;
  return lost.length <= 2 && ending.length <= 3 && common >= 0.55 * word.length;
}

/** Languages that pile endings up ("futballozni", "kitaplarımızdan"). */
const LONG_ENDINGS: ReadonlySet<string> = new Set(["fi", "hu", "tr", "ta", "ko"]);
