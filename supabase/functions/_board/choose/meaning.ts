import { languagesOf } from "./languages.ts";
import { readIn, type Reading } from "./reading.ts";
import { spell, tokens } from "./spelling.ts";
import type { Vocabularies } from "./vocabulary.ts";

/** Money: an amount with its sign says what no word of the goal may ("£5k by June"). */
const AMOUNT = /[€$£¥₹₽₩₪₺฿]\s?\d|\d\s?[€$£¥₹₽₩₪₺฿]/u;

/** What an amount adds to money: less than any word of the reviewed lists, more than one that yields. */
const AMOUNT_SCORE = 3.5;

/** What scores less, of a weight of 9, is chance. */
const LEAST = 1.5;

/**
 * What a goal's words mean, the most telling first, as targets of the vocabulary. Every language of its
 * script reads it. The one that knows most of its words counts in full, the others less: German "die" is
 * no wish to die.
 *
 * @param money the target of an amount of money
 */
export function meaningsOf(text: string, vocabularies: Vocabularies, money: number): number[] {
  const words = tokens(spell(text));
  const readings = languagesOf(text).map((language) =>
    readIn(language, words, vocabularies(language))
  );
  const most = Math.max(1, ...readings.map((reading) => reading.known));
  // "More" is the sea in Czech, but where English reads as well as Czech it is no sea. Alone it may be.
  const best = words.length > 1 ? readings.filter((reading) => reading.known > 0.9 * most) : [];
  const silent = new Set(best.flatMap((reading) => reading.silent));
  const total = new Map<number, number>();
  for (const reading of readings) {
    const share = (reading.known / most) ** 2;
    for (const [target, score] of scoresOf(reading, silent)) {
      total.set(target, Math.max(total.get(target) ?? 0, score * share));
    }
  }
  if (AMOUNT.test(text)) total.set(money, (total.get(money) ?? 0) + AMOUNT_SCORE);
  const least = Math.max(LEAST, Math.max(...total.values()) / 4);
  return [...total].filter(([, score]) => score >= least).sort((a, b) => b[1] - a[1])
    .map(([target]) => target);
}

/** By target: its most telling word, and half of each further one: two words for one thing say it more. */
function scoresOf({ hits }: Reading, silent: ReadonlySet<number>): Map<number, number> {
  const scores = new Map<number, number>();
  for (const { at, target, score } of hits) {
    if (silent.has(at)) continue;
    const before = scores.get(target) ?? 0;
    scores.set(target, Math.max(before, score) + Math.min(before, score) / 2);
  }
  return scores;
}
