/** What is searched for, and in which language if the script tells it. */
export interface Query {
  /** Empty if the goal has no words. */
  readonly query: string;
  readonly locale: string | null;
}

/** More words make a search worse, not better. */
const LONGEST = 80;

/** Of Pexels' locales those that a script gives away. https://www.pexels.com/api/documentation/#photos-search */
const LOCALES: readonly (readonly [script: RegExp, locale: string])[] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/u, "ja-JP"],
  [/\p{sc=Hangul}/u, "ko-KR"],
  [/\p{sc=Han}/u, "zh-CN"],
  [/\p{sc=Thai}/u, "th-TH"],
  [/\p{sc=Greek}/u, "el-GR"],
  [/[іїєґ]/iu, "uk-UA"],
  [/\p{sc=Cyrillic}/u, "ru-RU"],
  [/[ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/iu, "vi-VN"],
];

/** A goal as a search: its letters and digits, up to the last whole word that fits. */
export function queryFor(goal: string): Query {
  const words = goal.normalize("NFKC").replace(/['’]|\p{Variation_Selector}/gu, "").replace(
    /[^\p{L}\p{M}\p{N}]+/gu,
    " ",
  )
    .trim();
  const cut = words.length > LONGEST ? words.slice(0, LONGEST + 1).replace(/\s\S*$/, "") : words;
  return {
    query: cut.slice(0, LONGEST).toWellFormed().trim(),
    locale: LOCALES.find(([script]) => script.test(words))?.[1] ?? null,
  };
}
