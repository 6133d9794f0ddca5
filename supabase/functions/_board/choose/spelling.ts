/** Letters that NFD leaves whole, and what people write for them without the keyboard for it. */
const PLAIN: Record<string, string> = {
  ß: "ss",
  ø: "o",
  đ: "d",
  ł: "l",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ς: "σ",
  أ: "ا",
  إ: "ا",
  آ: "ا",
  ة: "ه",
  ى: "ي",
  ی: "ي",
  ک: "ك",
};
const ODD = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "gu");

/**
 * Invisible characters, and accents and points that people leave out: of Latin, Greek, Cyrillic, Hebrew and
 * Arabic letters, the tatweel, and the Indic nukta. Not the vowel signs of Indic scripts and Thai, which are
 * letters.
 */
const ACCENTS =
  /[\p{DI}\u0300-\u036F\u0591-\u05C7\u0610-\u061A\u064B-\u065F\u0670\u0640\u093C\u09BC]/gu;

/**
 * A text as the vocabulary spells it: lower case, no accents, one form of each letter, single spaces.
 * The goals and the vocabulary go through the same function.
 */
export function spell(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[أإآ]/g, "ا").normalize("NFD")
    .replace(ACCENTS, "").replaceAll("\u0901", "\u0902").normalize("NFC")
    .replace(ODD, (letter) => PLAIN[letter] ?? letter)
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ").trim();
}

/** A word of a spelled text. */
export interface Token {
  readonly word: string;
  /** Whether it is written without spaces between words (Chinese, Japanese, Thai): a run of words. */
  readonly run: boolean;
}

const SPACELESS = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}]+/u;
const TOKEN = new RegExp(
  `${SPACELESS.source}|(?:(?!${SPACELESS.source})[\\p{L}\\p{N}\\p{M}])+`,
  "gu",
);

/** The words of a spelled text, in order. */
export function tokens(spelled: string): Token[] {
  return (spelled.match(TOKEN) ?? []).map((word) => ({ word, run: SPACELESS.test(word) }));
}
