import { COMPOUNDING, sameStem, withoutPrefixes } from "./languages.ts";
import type { Token } from "./spelling.ts";
import { isOpen, meaningsAt, placeOf, type Vocabulary } from "./vocabulary.ts";

/** What one language makes of a goal. */
export interface Reading {
  /**
   * How many of the words it knows, of a run without spaces how many letters: the goal's language is the
   * one that knows most.
   */
  readonly known: number;
  /** Which words, by their place in the goal, are known and tell nothing ("the"). */
  readonly silent: readonly number[];
  readonly hits: readonly Hit[];
}

/** A word that means something. */
interface Hit {
  /** The word's place in the goal. */
  readonly at: number;
  /** A target of the vocabulary. */
  readonly target: number;
  /** How tellingly, about 1 to 10; of equals the earlier word has a little more. */
  readonly score: number;
}

/** Reads a goal in one language. Of equals English is right: people mix it into every other. */
export function readIn(
  language: string,
  list: readonly Token[],
  vocabulary: Vocabulary,
): Reading {
  const hits: Hit[] = [];
  const silent: number[] = [];
  let known = 0;
  const note = (place: number, factor: number, at: number, sure = factor) => {
    known += sure;
    const meanings = meaningsAt(vocabulary, place);
    if (meanings.length === 0) silent.push(Math.floor(at));
    for (const { target, weight } of meanings) {
      hits.push({ at: Math.floor(at), target, score: weight * factor - at / 100 });
    }
  };
  for (let i = 0; i < list.length; i++) {
    const { word, run } = list[i] as Token;
    const phrase = phraseAt(list.slice(i).map((token) => token.word).join(" "), word, vocabulary);
    if (phrase) {
      note(phrase.place, 1 + 0.1 * phrase.length, i);
      i += phrase.length - 1;
    } else if (run || language === "ko") {
      for (const { place, at, length, factor } of wordsInRun(word, vocabulary, run)) {
        note(place, factor, i + at / 100, length);
      }
    } else {
      const form = formOf(word, vocabulary, language);
      if (!form) continue;
      // Another form of a word may as well be another language's word.
      note(form.place, form.factor, i, form.factor < 1 ? form.factor - 0.3 : 1);
    }
  }
  // A run of words has one place in the goal: what is silent in it does not silence the rest.
  const runs = list.some((token) => token.run) || language === "ko";
  return { known: language === "en" ? known * 1.1 : known, silent: runs ? [] : silent, hits };
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
    if (ends || isOpen(vocabulary, place)) best = { place, length: phrase.split(" ").length };
  }
  return best;
}

/**
 * The words of the vocabulary in a run of letters without spaces, from the left, the longest first. Where
 * there are spaces all the same (Korean), a single letter counts only as a whole word or its beginning.
 */
function wordsInRun(run: string, vocabulary: Vocabulary, spaceless: boolean) {
  const found: { place: number; at: number; length: number; factor: number }[] = [];
  for (let at = 0; at < run.length; at++) {
    for (let length = Math.min(12, run.length - at); length > 0; length--) {
      if (length === 1 && (spaceless ? !isHan(run[at] ?? "") : at > 0 || run.length > 2)) continue;
      const place = placeOf(vocabulary, run.slice(at, at + length));
      if (vocabulary.words[place] !== run.slice(at, at + length)) continue;
      found.push({ place, at, length, factor: length === 1 ? 0.7 : 1 });
      at += length - 1;
      break;
    }
  }
  return found;
}

const isHan = (letter: string) => /\p{sc=Han}/u.test(letter);

/** Where the vocabulary has a form of the word, and how sure that is, up to 1. */
function formOf(word: string, vocabulary: Vocabulary, language: string) {
  const { words } = vocabulary;
  const candidates = withoutPrefixes(word, language);
  for (const candidate of candidates) {
    const place = placeOf(vocabulary, candidate);
    if (words[place] === candidate) return { place, factor: 1 };
  }
  for (const candidate of candidates) {
    const before = words[placeOf(vocabulary, candidate) - 1] ?? "";
    // No beginning of the word is in the vocabulary that is longer than what its neighbour has in common.
    for (let length = commonStart(before, candidate); length > 1; length--) {
      const place = placeOf(vocabulary, candidate.slice(0, length));
      if (words[place]?.length === length && isOpen(vocabulary, place)) return { place, factor: 1 };
    }
  }
  for (const candidate of candidates) {
    const place = stemOf(candidate, vocabulary, language);
    if (place !== undefined) return { place, factor: 0.8 };
  }
  for (let cut = 3; COMPOUNDING.has(language) && word.length - cut >= 4; cut++) {
    const place = placeOf(vocabulary, word.slice(cut));
    if (words[place] === word.slice(cut)) return { place, factor: 0.6 };
  }
}

/** Where the vocabulary has the word of the same stem that has most letters in common. */
function stemOf(word: string, vocabulary: Vocabulary, language: string): number | undefined {
  const { words } = vocabulary;
  const start = word.slice(0, 3);
  let best: number | undefined;
  let most = 0;
  for (let place = placeOf(vocabulary, start); words[place]?.startsWith(start); place++) {
    const known = words[place] as string;
    const n = commonStart(word, known);
    if (n > most && sameStem(word, known, n, language)) [best, most] = [place, n];
  }
  return best;
}

/** How many letters two words have in common from the left. */
function commonStart(a: string, b: string): number {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}
