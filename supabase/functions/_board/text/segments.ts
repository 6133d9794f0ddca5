/** ICU's segmenters, each made on first use: that costs 5 ms of CPU, which Latin letters do not need. */
const segmenters = new Map<"grapheme" | "word", Intl.Segmenter>();

function segmentsOf(text: string, granularity: "grapheme" | "word"): string[] {
  // The dictionaries for Chinese, Japanese and Thai go by the script and not by this language.
  const segmenter = segmenters.get(granularity) ?? new Intl.Segmenter("ja", { granularity });
  segmenters.set(granularity, segmenter);
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Latin, Greek and Cyrillic letters, quotes and dashes, and no marks: each is a character by itself. */
const LONE = /^[\x20-\u02FF\u0370-\u0482\u1E00-\u1EFF\u2010-\u2027\u20AC]*$/;

/** What people see as single characters: letters with their marks, conjuncts, joined emoji. */
export function graphemesOf(text: string): string[] {
  return LONE.test(text) ? text.split("") : segmentsOf(text, "grapheme");
}

/** Letters with their marks and joiners: what one font must draw as a whole. */
export function clustersOf(text: string): string[] {
  return text.match(/[\p{M}\u200C\u200D]+|.[\p{M}\u200C\u200D]*/gsu) ?? [];
}

/** Scripts that write words without spaces. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** What must not begin a line: closing punctuation, small kana, marks of length and repetition. */
const NOT_FIRST =
  /^[、。，．：；！？!?,.:;)\]}）］｝〕〉》」』】〙〗〟’”»›%％‰℃°…‥—〜～・･ゝゞヽヾ々〻ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿๆฯ]/u;

/** What must not end a line: opening punctuation, signs before numbers. */
const NOT_LAST = /[(\[{（［｛〔〈《「『【〘〖〝‘“«‹$€£¥￥#＃第]$/u;

/** Japanese and Chinese particles and endings, as the dictionaries part them: they follow the word before. */
const LEANING = new Set(
  ("は が を に で と も の へ や か ね よ から まで より など だけ って て た だ です ます ました でしょう たい ない " +
    "する した して し なる い う る ば ず ん れる られる せる させる さん さま ちゃん くん たち " +
    "的 了 着 过 過 吗 嗎 吧 呢 们 們 地 得 啊").split(" "),
);

/** Thai prefixes, which lean on the word after. */
const PREFIX = /^(?:การ|ความ|ผู้|นัก)$/u;

/** The longest word that leaning words are put together to, in UTF-16 units: about a tile's width. */
const LONGEST = 8;

/**
 * The places where a line may break, as the parts between them; `tight` ones follow without a space.
 * Chinese, Japanese and Thai break where words end, others at spaces and after the hyphens in a word.
 */
export function wordsOf(text: string): { word: string; tight: boolean }[] {
  return text.split(" ").filter((chunk) => chunk !== "").flatMap((chunk) => {
    const parts = UNSPACED.test(chunk) && !/\p{Script=Hangul}/u.test(chunk)
      ? unspacedWords(chunk)
      : chunk.split(/(?<=\p{L}{2}[-‐–—/])(?=\p{L}{2})/u);
    return parts.map((word, i) => ({ word, tight: i > 0 }));
  });
}

function unspacedWords(chunk: string): string[] {
  const parts: string[] = [];
  // With "ๆ" inside, ICU's Thai dictionary loses its way in the words before it.
  const segments = chunk.split(/(?<=[ๆฯ])|(?=[ๆฯ])/).flatMap((part) => segmentsOf(part, "word"));
  for (const segment of segments) {
    const last = parts.at(-1);
    if (last !== undefined && mustStayTogether(last, segment)) {
      parts[parts.length - 1] = last + segment;
    } else parts.push(segment);
  }
  return parts;
}

/** Whether no line may, or should, break between two parts of a text. */
function mustStayTogether(before: string, after: string): boolean {
  if (NOT_FIRST.test(after) || NOT_LAST.test(before)) return true;
  const foreign = !UNSPACED.test(graphemesOf(before).at(-1) ?? "") && !UNSPACED.test(after);
  if (foreign) return true; // "C", "+", "+"
  if (/\p{Script=Han}$/u.test(before) && /^\p{Script=Hiragana}/u.test(after)) return true; // 続けて
  if (before.length + after.length > LONGEST) return false;
  return LEANING.has(after) || PREFIX.test(before) || /^\d{1,4}[万萬億亿千]?$/.test(before); // 2027年, 3つ, 100万元
}

/**
 * The parts that a word may be cut in: characters, with what must not begin or end a line kept at its
 * neighbour, three together at most, so that a word of nothing but commas can be cut as well.
 */
export function atomsOf(word: string): string[] {
  const atoms: { text: string; count: number }[] = [];
  // A chain of conjuncts is one character to Unicode, however long; no language has one of seven letters.
  const parts = graphemesOf(word).flatMap((one) => [...one].length > 12 ? clustersOf(one) : [one]);
  for (const text of parts) {
    const last = atoms.at(-1);
    if (last && last.count < 3 && (NOT_FIRST.test(text) || NOT_LAST.test(last.text))) {
      last.text += text;
      last.count++;
    } else atoms.push({ text, count: 1 });
  }
  return atoms.map(({ text }) => text);
}
