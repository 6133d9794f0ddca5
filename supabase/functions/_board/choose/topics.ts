import { TOPICS_TABLE } from "../assets/tables.ts";

/** The kinds of scenery that a topic may have. */
export type SceneKind =
  | "rays"
  | "arcs"
  | "hills"
  | "dots"
  | "waves"
  | "leaves"
  | "stars"
  | "confetti";

/** Something that people wish for, and what shows it. */
export interface Topic {
  /** Fluent 3D emoji, the best first, the others for when it is taken on the same board. */
  readonly illustrations: readonly string[];
  readonly scene: SceneKind;
}

/**
 * The reviewed topics by name, from tools/board-assets/tables/topics.txt. The generated vocabularies point
 * to them by place, so new ones go to the end. The assets hold exactly the illustrations of this table. One
 * that is chosen for itself has the scene of the topic that it leads, else of the first that it is in.
 */
export const TOPICS: ReadonlyMap<string, Topic> = new Map(
  TOPICS_TABLE.trim().split("\n").map((row) => {
    const [name, scene, ...illustrations] = row.split(/ +/) as [string, SceneKind, ...string[]];
    return [name, { scene, illustrations }];
  }),
);

/** For goals that no word explains: hopeful, and saying nothing in particular. More than 12. */
export const NEUTRAL: readonly string[] = "🌟 🎯 🌈 💎 🧭 🦋 🔥 🎈 🍀 ✨ 🌻 ⛵ ☀️ 🌸 🪷 ⭐".split(
  " ",
);

/** Scenes that suit the neutral illustrations; a goal's text decides which it gets. */
export const NEUTRAL_SCENES: readonly SceneKind[] = "rays arcs hills waves leaves stars confetti"
  .split(" ") as SceneKind[];

/** Every illustration that a board may show, each once. */
export const ILLUSTRATIONS: readonly string[] = [
  ...new Set([...[...TOPICS.values()].flatMap((topic) => topic.illustrations), ...NEUTRAL]),
];

/** Illustrations with a straight cut below: busts and waters. They rise from the tile's lower edge. */
export const ROOTED: ReadonlySet<string> = new Set(
  "👨‍👩‍👧‍👦 🧑‍🏫 🧑‍⚕️ 🤰 🦸 🏊 🌊 🐴 🦄 🏔️ 🗻".split(" "),
);
