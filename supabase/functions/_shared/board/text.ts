/** What is left of a text that a user typed. */
export interface CleanText {
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
const EMOJI =
  /\p{RI}\p{RI}|[#*0-9]\uFE0F?\u20E3|\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0E\uFE0F]*[\u{E0020}-\u{E007F}]*(?:\u200D\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0E\uFE0F]*)*/gu;

/**
 * Cleans a line that a stranger typed, for drawing.
 *
 * Line breaks and controls become spaces. Invisible characters go: bidi overrides, zero-width runs,
 * variation selectors, tags (Unicode's Default_Ignorable, and the interlinear marks). After the
 * second combining mark in a row the rest goes: no language stacks three on one letter once composed,
 * Zalgo does. Emoji are taken out and handed back. What `draws` refuses is left out and counted:
 * the marks of a letter first, then the letter with its marks.
 *
 * @param draws whether some font draws this character, with its marks
 */
export function cleanText(raw: string, draws: (character: string) => boolean): CleanText {
  const emoji: string[] = [];
  const plain = raw.normalize("NFC").replace(/\p{Cs}/gu, "").replace(EMOJI, (found) => {
    const base = found.codePointAt(0) ?? 0;
    if (/^[#*0-9]/.test(found)) return String.fromCodePoint(base);
    const isText = !/\u200D|\p{EPres}|\p{RI}/u.test(found) && draws(String.fromCodePoint(base));
    if (isText) return String.fromCodePoint(base); // ©, ™ and the like are letters to us
    emoji.push(found);
    return " ";
  }).replace(/[\p{DI}\uFFF9-\uFFFB]/gu, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1");

  let text = "";
  let missing = 0;
  for (const cluster of plain.match(/\p{M}+|[^\p{M}]\p{M}*/gu) ?? []) {
    const marks = /^\p{M}/u.test(cluster) ? cluster : cluster.replace(/^./su, "");
    const letter = cluster.slice(0, cluster.length - marks.length);
    if (letter !== "" && draws(cluster)) text += cluster;
    else if (letter !== "" && draws(letter)) {
      text += letter;
      missing += [...marks].length;
    } else missing += [...cluster].length;
  }
  return { text: keepTogether(text.replace(/ +/g, " ").trim()), emoji, missing };
}

/** Joins what must not part at a line's end: "10 000", "10 000 €", and French "prêt !". */
function keepTogether(text: string): string {
  return text
    .replace(/(\d) (?=\d{3}\b)/g, "$1\u00A0")
    .replace(/(\d) (?=[€$£¥₹₽%]|(?:kg|km|cm|min|h)\b)/g, "$1\u00A0")
    .replace(/ (?=[!?:;»])/g, "\u00A0")
    .replace(/« /g, "«\u00A0");
}
