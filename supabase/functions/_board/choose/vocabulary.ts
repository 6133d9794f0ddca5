import { fromBase64, unbrotli } from "../engine/unpack.ts";

/** What a word means, a place among `TOPICS` and then `ILLUSTRATIONS`, and how surely, 1 to 9. */
export interface Meaning {
  readonly target: number;
  readonly weight: number;
}

/** The words of one language, in the order of their UTF-16 code units. */
export interface Vocabulary {
  readonly words: readonly string[];
  /** By word: three characters a meaning, see `meaningsAt`; none for a word that tells nothing ("the"). */
  readonly codes: readonly string[];
}

/** The words of all languages, unpacked; each language is parsed when it is first asked for. */
export type Vocabularies = (language: string) => Vocabulary;

let loading: Promise<Vocabularies> | undefined;

/** Imports and unpacks the words. The asset has the languages, then the words of each, then the codes. */
export function loadVocabularies(): Promise<Vocabularies> {
  return loading ??= import("../assets/vocabularies.ts").then((module) => {
    const text = new TextDecoder().decode(unbrotli(fromBase64(module.default)));
    const [head = "", ...blocks] = text.split("\f");
    const languages = head.split(" ");
    const parsed = new Map<string, Vocabulary>();
    return (language) => {
      const at = languages.indexOf(language);
      const found = parsed.get(language) ?? {
        words: blocks[at]?.split("\n") ?? [],
        codes: blocks[at + languages.length]?.split("\n") ?? [],
      };
      parsed.set(language, found);
      return found;
    };
  });
}

/** Where a word is or would be. */
export function placeOf({ words }: Vocabulary, word: string): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] as string) < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What the word at a place means: of each target two base-36 digits and one of weight. The weight of a word
 * that may have any ending is 9 more, a capital letter; nothing else is one.
 */
export function meaningsAt({ codes }: Vocabulary, place: number): Meaning[] {
  return (codes[place]?.match(/.../g) ?? []).map((code) => {
    const weight = parseInt(code.slice(2), 36);
    return { target: parseInt(code.slice(0, 2), 36), weight: weight > 9 ? weight - 9 : weight };
  });
}

/** Whether any ending may follow the word at a place. */
export const isOpen = ({ codes }: Vocabulary, place: number) => /[A-Z]/.test(codes[place] ?? "");
