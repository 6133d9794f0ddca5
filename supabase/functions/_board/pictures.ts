import { meaningsOf } from "./meaning.ts";
import { pictureFor, plainEmoji } from "./emoji.ts";
import { hash } from "./random.ts";
import type { SceneKind } from "./scenes.ts";
import { NEUTRAL, NEUTRAL_SCENES, PICTURES, THEMES } from "./themes.ts";
import { type Annotations, loadAnnotations } from "./vocabulary.ts";

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
  /** 1 to 4 emoji out of `PICTURES`, the main one first; several only if the user typed several. */
  readonly pictures: readonly string[];
  readonly scene: SceneKind;
}

/** A goal, as far as its picture hangs on it. */
export interface Goal {
  readonly text: string;
  /** The emoji typed in it, in order. */
  readonly emoji: readonly string[];
}

/** A picture and where it belongs. */
type Offer = readonly [picture: string, scene: SceneKind];

/** The most pictures that one goal is shown with. */
const MOST = 4;

/** The embedded pictures by emoji. Imported when first drawn: 1.4 MB of source. */
export async function loadPictures(): Promise<Record<string, Picture>> {
  return (await import("./assets/pictures.ts")).default;
}

/**
 * Pictures and scenery for each goal, no main picture twice while others fit: first the emoji that people
 * typed, then what their words mean, then something neutral. Depends on nothing but the goals.
 */
export async function choosePictures(goals: readonly Goal[]): Promise<Choice[]> {
  const annotations = await loadAnnotations();
  const typed = goals.map(({ emoji }) =>
    [...new Set(emoji.flatMap((one) => pictureFor(one) ?? []))].slice(0, MOST)
  );
  const offers = goals.map((goal, i) => offersFor(goal, typed[i] as string[], annotations));
  const taken = new Set<string>();
  const chosen: (Offer | undefined)[] = goals.map(() => undefined);
  const take = (i: number, offer: Offer | undefined) => {
    if (!offer || chosen[i] || taken.has(offer[0])) return;
    taken.add(offer[0]);
    chosen[i] = offer;
  };
  // Typed emoji first; then everybody's best, everybody's second best: one goal's second choice does not
  // take another's first.
  goals.forEach((_, i) => typed[i]?.forEach((picture) => take(i, [picture, sceneOf(picture)])));
  const longest = Math.max(0, ...offers.map((list) => list.length));
  for (let rank = 0; rank < longest; rank++) {
    offers.forEach((list, i) => take(i, list[rank]));
  }
  return goals.map((goal, i) => {
    neutralFor(goal).forEach((offer) => take(i, offer));
    const [main, scene] = chosen[i] as Offer;
    return { pictures: [...new Set([main, ...typed[i] as string[]])].slice(0, MOST), scene };
  });
}

/** What fits a goal, the best first: what its words mean, and what is akin to the emoji in it. */
function offersFor(goal: Goal, typed: readonly string[], annotations: Annotations): Offer[] {
  const akin = typed.flatMap((picture) => themesOf(picture).slice(0, 1).flatMap(offersOf));
  const meant = meaningsOf(goal.text, annotations, MONEY).flatMap((target) => {
    const theme = NAMES[target];
    if (theme !== undefined) return offersOf(theme);
    const picture = PICTURES[target - NAMES.length] as string;
    return [
      [picture, sceneOf(picture)] as const,
      ...themesOf(picture).filter((name) => THEMES.get(name)?.pictures[0] === picture)
        .slice(0, 1).flatMap(offersOf),
    ];
  });
  return [...akin, ...meant];
}

const NAMES = [...THEMES.keys()];
const MONEY = NAMES.indexOf("money");

const themesOf = (picture: string) =>
  NAMES.filter((name) => THEMES.get(name)?.pictures.includes(picture));

function offersOf(name: string): Offer[] {
  const theme = THEMES.get(name);
  return theme?.pictures.map((picture) => [picture, theme.scene]) ?? [];
}

/** The scene of a picture: that of the theme which it is the first of, else of any that it is in. */
function sceneOf(picture: string): SceneKind {
  const names = themesOf(picture);
  const name = names.find((one) => THEMES.get(one)?.pictures[0] === picture) ?? names[0];
  return THEMES.get(name ?? "")?.scene ?? "rays";
}

/** All neutral pictures, in an order and with a scene that hang on the goal. More of them than goals. */
function neutralFor({ text, emoji }: Goal): Offer[] {
  const seed = hash(text + emoji.map(plainEmoji).join(""));
  const scene = NEUTRAL_SCENES[(seed >>> 8) % NEUTRAL_SCENES.length] as SceneKind;
  return NEUTRAL.map((_, k) => [NEUTRAL[(seed + k) % NEUTRAL.length] as string, scene]);
}
