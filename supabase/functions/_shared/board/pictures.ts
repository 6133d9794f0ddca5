import { NEUTRAL, PICTURES, type Wish, WISHES } from "./lexicon.ts";
import { hash } from "./random.ts";
import type { SceneKind } from "./scenes.ts";

/** A picture as the assets hold it. */
export interface Picture {
  /** Its visible part: left, top, width, height, of 256. */
  readonly box: readonly [number, number, number, number];
  /** Its mean colour, `#rrggbb`. */
  readonly tint: string;
  /** WebP, 256 pixels square, in base64. */
  readonly data: string;
}

/** What a goal is shown with. */
export interface Choice {
  /** An emoji out of `PICTURES`. */
  readonly picture: string;
  readonly scene: SceneKind;
}

/** The embedded pictures by emoji. Imported when first drawn: 1.2 MB of source. */
export async function loadPictures(): Promise<Record<string, Picture>> {
  return (await import("./assets/pictures.ts")).default;
}

/** An emoji without its skin tone, variation selector and gender. */
const plainEmoji = (emoji: string) =>
  emoji.replace(/[\p{Emoji_Modifier}\uFE0E\uFE0F]/gu, "").replace(/\u200D[\u2640\u2642]/g, "");

const embedded = new Map(PICTURES.map((picture) => [plainEmoji(picture), picture]));

/** The text as the lexicon spells it: lower case, no accents, single spaces, also at both ends. */
function normalize(text: string): string {
  const plain = text.replace(/[€$£¥₹₽](?=\s?\d)|(?<=\d\s?)[€$£¥₹₽]/g, " money ").normalize("NFD")
    .replace(/\p{M}/gu, "");
  return ` ${plain.toLowerCase().replace(/ß/g, "ss").replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}

interface Index {
  readonly words: Map<string, Wish[]>;
  readonly endings: [string, Wish][];
  readonly phrases: [string, Wish][];
}

let index: Index | undefined;

function lexicon(): Index {
  if (index) return index;
  index = { words: new Map(), endings: [], phrases: [] };
  for (const wish of WISHES) {
    for (const entry of wish.words) {
      const word = normalize(entry).trim(); // `*` goes, `_` becomes a space, accents as in the text
      if (entry.endsWith("*")) index.endings.push([word, wish]);
      else if (word.includes(" ")) index.phrases.push([` ${word} `, wish]);
      else if (word !== "") index.words.set(word, [...index.words.get(word) ?? [], wish]);
    }
  }
  return index;
}

/** The wishes that a goal's words tell of, the most telling first; then by place in the goal. */
export function wishesIn(text: string): Wish[] {
  const { words, endings, phrases } = lexicon();
  const plain = normalize(text);
  const found = new Map<Wish, number>();
  const note = (wish: Wish, at: number, bonus: number) => {
    const score = wish.weight + bonus - at / 10_000;
    if (score > (found.get(wish) ?? -1)) found.set(wish, score);
  };
  for (const [phrase, wish] of phrases) {
    const at = plain.indexOf(phrase);
    if (at >= 0) note(wish, at, 0.5);
  }
  for (const { 0: word, index: at } of plain.matchAll(/[^ ]+/g)) {
    for (const wish of words.get(word) ?? []) note(wish, at, 0);
    for (const [start, wish] of endings) if (word.startsWith(start)) note(wish, at, 0);
  }
  return [...found].sort((a, b) => b[1] - a[1]).map(([wish]) => wish);
}

/**
 * A picture and scenery for each goal, no picture twice while others fit: first the emoji that people
 * typed and we have, then what their words tell, then something neutral. Depends on nothing but the goals.
 *
 * @param goals the cleaned text of each goal and the emoji typed in it
 */
export function choosePictures(
  goals: readonly { readonly text: string; readonly emoji: readonly string[] }[],
): Choice[] {
  const taken = new Set<string>();
  const choices: (Choice | undefined)[] = goals.map(() => undefined);
  const take = (i: number, picture: string, scene: SceneKind) => {
    if (choices[i] || taken.has(picture)) return;
    taken.add(picture);
    choices[i] = { picture, scene };
  };
  const wishes = goals.map(({ text, emoji }) => [
    ...emoji.flatMap((one) => WISHES.filter((wish) => saidBy(wish, plainEmoji(one)))),
    ...wishesIn(text),
  ]);

  goals.forEach(({ emoji }, i) => {
    for (const one of emoji) {
      const picture = embedded.get(plainEmoji(one));
      if (picture) take(i, picture, sceneOf(picture));
    }
  });
  goals.forEach((_, i) => {
    for (const wish of wishes[i] ?? []) {
      for (const picture of wish.pictures) take(i, picture, wish.scene);
    }
  });
  return goals.map(({ text, emoji }, i) => {
    const start = hash(text + emoji.join(""));
    // More neutral pictures than goals, and each goal takes one at most: one is always free.
    for (let k = 0; !choices[i] && k < NEUTRAL.length; k++) {
      const neutral = NEUTRAL[(start + k) % NEUTRAL.length] as Wish;
      take(i, neutral.pictures[0] as string, neutral.scene);
    }
    return choices[i] as Choice;
  });
}

function saidBy(wish: Wish, emoji: string): boolean {
  return wish.words.includes(emoji) || wish.pictures.some((one) => plainEmoji(one) === emoji);
}

function sceneOf(picture: string): SceneKind {
  return [...WISHES, ...NEUTRAL].find((wish) => wish.pictures.includes(picture))?.scene ?? "rays";
}
