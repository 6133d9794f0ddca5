/** What is being written. It survives reloads, signing in, being offline and failures: see `kept`. */
import { computed } from "@preact/signals";
import { clean, count, LONGEST, MAX_GOALS } from "./goals.ts";
import { kept } from "./kept.ts";
import type { BoardRequest } from "../vision_boards.ts";

export interface Goal {
  readonly id: string;
  readonly text: string;
}

export const goals = kept<readonly Goal[]>("goals", []);
/** What stands in the field for the next goal. */
export const entry = kept("entry", "");
export const name = kept("name", "");
export const tag = kept("tag", "");
export const theme = kept<"light" | "dark">("theme", "light");

export const room = computed(() => MAX_GOALS - goals.value.length);

/** What would be asked for now. */
export const request = computed((): BoardRequest => ({
  goals: goals.value.map((goal) => clean(goal.text)).filter((text) => text !== ""),
  name: clean(name.value),
  rank_tag: clean(tag.value),
  theme: theme.value,
}));
/** The same as a text: equal for equal requests. */
export const requestText = computed(() => JSON.stringify(request.value));

/** Whether the list has just these goals. */
export const hasGoals = (texts: string[]): boolean =>
  JSON.stringify(texts) === JSON.stringify(request.peek().goals);

/** What keeps the draft from being a board: the field's element id, and words. `null`: nothing. */
export const problem = computed((): { field: string; words: string } | null => {
  const long = goals.value.find((goal) => count(goal.text) > LONGEST.goal);
  if (long) {
    const over = count(long.text) - LONGEST.goal;
    return {
      field: `goal-${long.id}`,
      words: `One goal is ${over} ${over === 1 ? "character" : "characters"} too long.`,
    };
  }
  if (request.value.goals.length === 0) {
    return {
      field: "entry",
      words: "Write one goal at least. It can be small.",
    };
  }
  if (count(name.value) > LONGEST.name) {
    return { field: "name", words: "The name is too long." };
  }
  if (count(tag.value) > LONGEST.tag) {
    return { field: "tag", words: "The rank tag is too long." };
  }
  return null;
});

/** Empties everything. */
export function forget(): void {
  goals.value = [];
  entry.value = name.value = tag.value = "";
  theme.value = "light";
}
