import { hash } from "../engine/random.ts";
import { meaningsOf } from "./meaning.ts";
import { nearestIllustration, plainEmoji } from "./nearest_illustration.ts";
import { ILLUSTRATIONS, NEUTRAL, NEUTRAL_SCENES, type SceneKind, TOPICS } from "./topics.ts";
import { loadVocabularies, type Vocabularies } from "./vocabulary.ts";

/** What a goal is shown with. */
export interface Choice {
  /** 1 to 4 of `ILLUSTRATIONS`, the main one first; several only if the user typed several emoji. */
  readonly illustrations: readonly string[];
  readonly scene: SceneKind;
}

/** A goal, as far as its illustration depends on it. */
export interface Goal {
  readonly text: string;
  /** The emoji typed in it, in order. */
  readonly emoji: readonly string[];
}

/** An illustration and its scene. */
type Candidate = readonly [illustration: string, scene: SceneKind];

/** The most illustrations that one goal is shown with. */
const MOST = 4;

/**
 * Illustrations and a scene for each goal, no main illustration twice while others fit: first the emoji that
 * people typed, then what their words mean, then something neutral. Depends on nothing but the goals.
 */
export async function chooseIllustrations(goals: readonly Goal[]): Promise<Choice[]> {
  const vocabularies = await loadVocabularies();
  const typed = goals.map(({ emoji }) =>
    [...new Set(emoji.flatMap((one) => nearestIllustration(one) ?? []))].slice(0, MOST)
  );
  const candidates = goals.map((goal, i) =>
    candidatesFor(goal, typed[i] as string[], vocabularies)
  );
  const taken = new Set<string>();
  const chosen: (Candidate | undefined)[] = goals.map(() => undefined);
  const take = (i: number, candidate: Candidate | undefined) => {
    if (!candidate || chosen[i] || taken.has(candidate[0])) return;
    taken.add(candidate[0]);
    chosen[i] = candidate;
  };
  // Typed emoji first; then every goal's best, every goal's second best: one goal's second choice does not
  // take another's first.
  goals.forEach((_, i) => typed[i]?.forEach((one) => take(i, [one, sceneOf(one)])));
  const longest = Math.max(0, ...candidates.map((list) => list.length));
  for (let rank = 0; rank < longest; rank++) {
    candidates.forEach((list, i) => take(i, list[rank]));
  }
  return goals.map((goal, i) => {
    neutralFor(goal).forEach((candidate) => take(i, candidate));
    const [main, scene] = chosen[i] as Candidate;
    return { illustrations: [...new Set([main, ...typed[i] as string[]])].slice(0, MOST), scene };
  });
}

/** What fits a goal, the best first: the topic of the emoji in it, and what its words mean. */
function candidatesFor(
  goal: Goal,
  typed: readonly string[],
  vocabularies: Vocabularies,
): Candidate[] {
  const related = typed.flatMap((one) => topicsWith(one).slice(0, 1).flatMap(candidatesOf));
  const meant = meaningsOf(goal.text, vocabularies, MONEY).flatMap((target) => {
    const topic = NAMES[target];
    if (topic !== undefined) return candidatesOf(topic);
    const illustration = ILLUSTRATIONS[target - NAMES.length] as string;
    return [
      [illustration, sceneOf(illustration)] as const,
      ...topicsLedBy(illustration).slice(0, 1).flatMap(candidatesOf),
    ];
  });
  return [...related, ...meant];
}

const NAMES = [...TOPICS.keys()];
const MONEY = NAMES.indexOf("money");

const topicsWith = (illustration: string) =>
  NAMES.filter((name) => TOPICS.get(name)?.illustrations.includes(illustration));
const topicsLedBy = (illustration: string) =>
  NAMES.filter((name) => TOPICS.get(name)?.illustrations[0] === illustration);

function candidatesOf(name: string): Candidate[] {
  const topic = TOPICS.get(name);
  return topic?.illustrations.map((illustration) => [illustration, topic.scene]) ?? [];
}

/** The scene of an illustration: that of the topic which it leads, else of any that it is in. */
function sceneOf(illustration: string): SceneKind {
  const [name = ""] = [...topicsLedBy(illustration), ...topicsWith(illustration)];
  return TOPICS.get(name)?.scene ?? "rays";
}

/** All neutral illustrations, in an order and with a scene that the goal decides. More of them than goals. */
function neutralFor({ text, emoji }: Goal): Candidate[] {
  const seed = hash(text + emoji.map(plainEmoji).join(""));
  const scene = NEUTRAL_SCENES[(seed >>> 8) % NEUTRAL_SCENES.length] as SceneKind;
  return NEUTRAL.map((_, k) => [NEUTRAL[(seed + k) % NEUTRAL.length] as string, scene]);
}
