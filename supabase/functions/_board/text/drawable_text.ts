import { RECITING } from "./face.ts";
import { clustersOf } from "./segments.ts";

/** What is left of a text that a user typed. */
export interface DrawableText {
  /** One line, single spaces, only characters that a font can draw. May be empty. */
  readonly text: string;
  /** The emoji that were typed, in order; they are not part of `text`. */
  readonly emoji: readonly string[];
  /** How many characters were left out because no font draws them. Emoji do not count. */
  readonly missing: number;
}

/**
 * One emoji: flags, keycaps, and pictographs with skin tones, tags and joiners. After
 * https://unicode.org/reports/tr51/#EBNF_and_Regex, narrowed to pictographs.
 */
const PICTOGRAPH = String.raw`\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0E\uFE0F]*`;
const EMOJI = new RegExp(
  String.raw`\p{RI}\p{RI}|[#*0-9]\uFE0F?\u20E3|` +
    String.raw`${PICTOGRAPH}[\u{E0020}-\u{E007F}]*(?:\u200D${PICTOGRAPH})*`,
  "gu",
);

/** Letters that join, or whose conjuncts are chosen, by the zero-width joiner and non-joiner. */
const JOINING =
  "\\p{Script=Arabic}\\u064B-\\u065F\\u0670\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Tamil}";

/** Joiners that are not between two such letters. */
const IDLE_JOINER = new RegExp(
  `(?<![${JOINING}])[\\u200C\\u200D]|[\\u200C\\u200D](?![${JOINING}])`,
  "gu",
);

/** Marks of the alphabets: Latin, Greek, Cyrillic. */
const ALPHABETIC = String
  .raw`[\u0300-\u036F\u0483-\u0489\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]`;

/**
 * Marks in a row beyond what a language needs, and the same mark again. Two for the alphabets, once
 * composed; on Hebrew letters four (dagesh, shin dot, vowel, accent); in others three (shadda, vowel and
 * small alef; nukta, vowel and nasal; vowel, tone and silencer). Of the signs for reciting one.
 */
const PILED = [
  /(?![\u0300-\u036F])(\p{M})\1+/gu,
  new RegExp(`(${RECITING.source})(?:${RECITING.source})+`, "gu"),
  new RegExp(String.raw`((?:(?=${ALPHABETIC})\p{M}){2})\p{M}+`, "gu"),
  /((?:(?!\p{Script=Hebrew})\p{M}){3})\p{M}+/gu,
  /(\p{M}{4})\p{M}+/gu,
];

/** What stands in for East Asian punctuation where no East Asian font is at hand. */
const PLAIN: Readonly<Record<string, string>> = {
  "、": ",",
  "。": ".",
  "・": "·",
  "〜": "~",
  "「": "“",
  "」": "”",
  "『": "“",
  "』": "”",
  "《": "«",
  "》": "»",
  "【": "[",
  "】": "]",
};

/**
 * A text in NFC, with what East Asian keyboards write too wide or too narrow in its usual width: "２０２７ Ａ"
 * is "2027 A", half-width kana are kana. Full-width punctuation belongs to its languages and stays.
 */
export function foldWidth(text: string): string {
  return text.normalize("NFC").replace(
    /[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF61-\uFFDC]+/g,
    (wide) => wide.normalize("NFKC"),
  );
}

/**
 * Cleans a line that a stranger typed, for drawing.
 *
 * Line breaks and controls become spaces. Invisible characters go: bidi overrides, zero-width runs,
 * variation selectors, tags (Unicode's Default_Ignorable, and the interlinear marks); the joiners stay
 * where they shape Arabic or Indic letters. Marks that pile up on a letter go. Emoji are taken out and
 * returned. What `draws` refuses is drawn in its plain form if it has one ("𝓗" is "H", "ﬁ" is "fi"), and
 * else left out and counted: the marks of a letter first, then the letter with its marks.
 *
 * @param draws whether some font draws this character, with its marks
 */
export function drawableText(raw: string, draws: (character: string) => boolean): DrawableText {
  const emoji: string[] = [];
  let plain = foldWidth(raw.replace(/\p{Cs}/gu, "")).replace(EMOJI, (found) => {
    const base = found.codePointAt(0) ?? 0;
    if (/^[#*0-9]/.test(found)) return String.fromCodePoint(base);
    // ©, ™ and the like are letters to us; ❤ is, where a font has it and nobody asked for the picture
    const isLetter = /^[©®™]/.test(found) || !/\u200D|\uFE0F|\p{EPres}|\p{RI}/u.test(found);
    if (isLetter && draws(String.fromCodePoint(base))) return String.fromCodePoint(base);
    emoji.push(found);
    return " ";
  }).replace(/(?![\u200C\u200D])[\p{DI}\uFFF9-\uFFFB]/gu, "")
    .replace(/([\u200C\u200D])[\u200C\u200D]+/gu, "$1")
    .replace(IDLE_JOINER, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/ ([\u06D6-\u06DC])/g, "$1 "); // a pause, written after the space, goes to its word
  for (const piled of PILED) plain = plain.replace(piled, "$1");

  let text = "";
  let missing = 0;
  for (const cluster of clustersOf(plain)) {
    const [first = ""] = cluster;
    const letter = /[\p{M}\u200C\u200D]/u.test(first) ? "" : first; // a mark needs a letter to stand on
    const simple = letter.normalize("NFKC");
    const forms = letter === "" ? [] : letter === " " ? [letter] : [
      cluster,
      letter,
      PLAIN[letter] ?? letter,
      ...(/[\p{M}\s]/u.test(simple) ? [] : [simple]),
    ];
    const known = forms.find((form) => form === " " || clustersOf(form).every(draws));
    text += known ?? "";
    const kept = known === undefined ? 0 : known === cluster ? [...cluster].length : 1;
    missing += [...cluster].length - kept;
  }
  return { text: keepTogether(text.replace(/ +/g, " ").trim()), emoji, missing };
}

/** Joins what must not part at a line's end: "10 000", "10 000 €", and French "prêt !". */
function keepTogether(text: string): string {
  return text
    .replace(/(\d) (?=\d{3}\b)/g, "$1\u00A0")
    .replace(/(\p{Nd}) (?=[\p{Sc}%]|(?:kg|km|cm|min|h)\b)/gu, "$1\u00A0")
    .replace(/ (?=[!?:;»])/g, "\u00A0")
    .replace(/« /g, "«\u00A0");
}
