/** What is being written. It survives reloads, signing in, being offline and failures: see `kept`. */
import { computed } from "@preact/signals";
import { clean, count, LONGEST, MAX_GOALS, split } from "./goals.ts";
import { kept } from "./kept.ts";
import type { BoardRequest } from "./vision_boards.ts";

export interface Goal {
  readonly id: string;
  readonly text: string;
}

export const goals = kept<Goal[]>("goals", []);
/** What stands in the field for the next goal. */
export const entry = kept("entry", "");
export const name = kept("name", "");
export const tag = kept("tag", "");
export const theme = kept<"light" | "dark">("theme", "light");

export const room = computed(() => MAX_GOALS - goals.value.length);

/** Adds goals, as many as there is room for. @returns those that did not fit */
export function add(texts: string[]): string[] {
  const fitting = texts.slice(0, room.value);
  goals.value = [
    ...goals.value,
    ...fitting.map((text) => ({ id: crypto.randomUUID(), text })),
  ];
  return texts.slice(fitting.length);
}

/** Adds what stands in the field. @returns how many goals were added, and how many did not fit */
export function addEntry(): { added: number; left: number } {
  const texts = split(entry.value);
  const left = add(texts);
  entry.value = left.join("\n"); // nothing that was typed is lost
  return { added: texts.length - left.length, left: left.length };
}

export const edit = (id: string, text: string) =>
  goals.value = goals.value.map((goal) => goal.id === id ? { id, text } : goal);

export const remove = (id: string) => goals.value = goals.value.filter((goal) => goal.id !== id);

/** Moves a goal to a place, 0 the first. */
export function move(id: string, to: number): void {
  const moved = goals.value.find((goal) => goal.id === id);
  if (!moved || to < 0 || to >= goals.value.length) return;
  goals.value = goals.value.filter((goal) => goal !== moved).toSpliced(
    to,
    0,
    moved,
  );
}

/** Empties the list; name, tag and theme stay for the next board. */
export function startAnew(texts: string[] = []): void {
  goals.value = [];
  entry.value = "";
  add(texts);
}

/** What would be asked for now. */
export const request = computed((): BoardRequest => ({
  goals: goals.value.map((goal) => clean(goal.text)).filter((text) => text !== ""),
  name: clean(name.value),
  rank_tag: clean(tag.value),
  theme: theme.value,
}));

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
  startAnew();
  name.value = tag.value = "";
  theme.value = "light";
}
