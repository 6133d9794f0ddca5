import { COMPOUNDING, languagesOf, readingsOf, sameStem } from "./languages.ts";
import { spell, type Token, tokens } from "./spelling.ts";
import { type Annotations, type Call, callsOf, placeOf, type Vocabulary } from "./vocabulary.ts";

/** What one language makes of a goal. */
interface Reading {
  /** How many of the words it knows: the goal's language is the one that knows most. */
  readonly known: number;
  /** By target: how tellingly it is called. */
  readonly scores: ReadonlyMap<number, number>;
}

/** Money: an amount with its sign says what no word of the goal may ("£5k by June"). */
const AMOUNT = /[€$£¥₹₽₩₪₺฿]\s?\d|\d\s?[€$£¥₹₽₩₪₺฿]/u;

/**
 * What a goal's words call, the most telling first, as targets of the vocabulary. Every language of its
 * script reads it; the one that knows most of its words counts in full, the others less, for "die" is no
 * wish to die.
 *
 * @param money the target that an amount of money calls
 */
export function meaningsOf(text: string, annotations: Annotations, money: number): number[] {
  const words = tokens(spell(text));
  const readings = languagesOf(text).map((language) =>
    readIn(language, words, annotations(language))
  );
  const most = Math.max(1, ...readings.map((reading) => reading.known));
  const total = new Map<number, number>();
  if (AMOUNT.test(text)) total.set(money, 0);
  for (const { known, scores } of readings) {
    const share = (known / most) ** 2;
    for (const [target, score] of scores) {
      total.set(target, Math.max(total.get(target) ?? 0, score * share));
    }
  }
  if (AMOUNT.test(text)) total.set(money, (total.get(money) ?? 0) + 3.5);
  const best = Math.max(...total.values());
  return [...total].filter(([, score]) => score >= Math.max(LEAST, best / 4))
    .sort((a, b) => b[1] - a[1]).map(([target]) => target);
}

/** What scores less, of a weight of 9, is chance. */
const LEAST = 1.5;

function readIn(language: string, list: readonly Token[], vocabulary: Vocabulary): Reading {
  const scores = new Map<number, number>();
  let known = 0;
  const note = (calls: readonly Call[], factor: number, at: number) => {
    known += factor;
    for (const { target, weight } of calls) {
      // The earlier word wins of equals; two words for one thing say it more than one.
      const score = weight * factor - at / 100;
      const before = scores.get(target) ?? 0;
      scores.set(target, Math.max(before, score) + Math.min(before, score) / 2);
    }
  };
  for (let i = 0; i < list.length; i++) {
    const { word, run } = list[i] as Token;
    const rest = list.slice(i).map((token) => token.word).join(" ");
    const phrase = phraseAt(rest, word, vocabulary);
    if (phrase) {
      note(callsOf(vocabulary, phrase.place), 1 + 0.1 * phrase.length, i);
      i += phrase.length - 1;
    } else if (run || language === "ko") {
      for (const { place, at, factor } of piecesOf(word, vocabulary, run)) {
        note(callsOf(vocabulary, place), factor, i + at / 10);
      }
    } else {
      const [place, factor] = placeOfForm(word, vocabulary, language);
      if (place >= 0) note(callsOf(vocabulary, place), factor, i);
    }
  }
  return { known: language === "en" ? known * 1.05 : known, scores };
}

/** The longest phrase of the vocabulary that the text starts with, and how many words it takes. */
function phraseAt(rest: string, first: string, vocabulary: Vocabulary) {
  const { words } = vocabulary;
  const head = first + " ";
  let best: { place: number; length: number } | undefined;
  for (let place = placeOf(vocabulary, head); words[place]?.startsWith(head); place++) {
    const phrase = words[place] as string;
    if (!rest.startsWith(phrase)) continue;
    const ends = rest.length === phrase.length || rest[phrase.length] === " ";
    const open = () => callsOf(vocabulary, place).some((call) => call.open);
    if (ends || open()) best = { place, length: phrase.split(" ").length };
  }
  return best;
}

/**
 * The words of the vocabulary in a run of letters without spaces, from the left, the longest first. Where
 * there are spaces all the same (Korean), a single letter counts only as a whole word or its beginning.
 */
function piecesOf(run: string, vocabulary: Vocabulary, spaceless: boolean) {
  const found: { place: number; at: number; factor: number }[] = [];
  for (let at = 0; at < run.length; at++) {
    for (let length = Math.min(8, run.length - at); length > 0; length--) {
      if (length === 1 && (spaceless ? isKana(run[at] ?? "") : at > 0 || run.length > 2)) continue;
      const place = placeOf(vocabulary, run.slice(at, at + length));
      if (vocabulary.words[place] !== run.slice(at, at + length)) continue;
      found.push({ place, at, factor: length === 1 ? 0.7 : 1 });
      at += length - 1;
      break;
    }
  }
  return found;
}

const isKana = (letter: string) => /[\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}]/u.test(letter);

/** Where the vocabulary has a form of the word, and how sure that is, up to 1; -1 if it has none. */
function placeOfForm(
  word: string,
  vocabulary: Vocabulary,
  language: string,
): [place: number, factor: number] {
  const { words } = vocabulary;
  const readings = readingsOf(word, language);
  for (const reading of readings) {
    const place = placeOf(vocabulary, reading);
    if (words[place] === reading) return [place, 1];
  }
  for (const reading of readings) {
    for (let length = reading.length - 1; length > 1; length--) {
      const start = reading.slice(0, length);
      const place = placeOf(vocabulary, start);
      if (words[place] !== start) continue;
      if (callsOf(vocabulary, place).some((call) => call.open)) return [place, 1];
    }
  }
  for (const reading of readings) {
    const start = reading.slice(0, 3);
    let best = -1;
    for (let place = placeOf(vocabulary, start); words[place]?.startsWith(start); place++) {
      const better = best < 0 ||
        shared(words[place] ?? "", reading) > shared(words[best] ?? "", reading);
      if (better && sameStem(reading, words[place] as string, language)) best = place;
    }
    if (best >= 0) return [best, 0.8];
  }
  for (let cut = 3; COMPOUNDING.has(language) && word.length - cut >= 4; cut++) {
    const place = placeOf(vocabulary, word.slice(cut));
    if (words[place] === word.slice(cut)) return [place, 0.6];
  }
  return [-1, 0];
}

/** How many letters two words have in common from the left. */
function shared(a: string, b: string): number {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}
export const debug = (l: string, t: string, v: Vocabulary) => readIn(l, tokens(spell(t)), v);
