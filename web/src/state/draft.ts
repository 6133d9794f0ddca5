/**
 * The board that is being written: its goals, its details, and how they change. It survives reloads,
 * signing in, being offline and failures, and no change loses what somebody typed.
 */
import { computed } from "@preact/signals";
import type { BoardRequest } from "../vision_boards.ts";
import { cleanText, lengthOf, LIMITS, splitGoals } from "./goal_text.ts";
import { persisted } from "./persisted.ts";

export interface Goal {
  readonly id: string;
  readonly text: string;
}

export const goals = persisted<readonly Goal[]>("goals", []);
/** What is in the field for the next goal. */
export const entry = persisted("entry", "");
export const name = persisted("name", "");
export const rankTag = persisted("tag", "");
export const theme = persisted<"light" | "dark">("theme", "light");

/** How many more goals fit on the board. */
export const room = computed(() => LIMITS.goals - goals.value.length);

/** The request for this board, as it would be sent now. */
export const request = computed((): BoardRequest => ({
  goals: goals.value.map((goal) => cleanText(goal.text)).filter((text) => text !== ""),
  name: cleanText(name.value),
  rank_tag: cleanText(rankTag.value),
  theme: theme.value,
}));
/** The same as text: equal for equal requests. */
export const requestText = computed(() => JSON.stringify(request.value));

/** Whether the list has exactly these goals. */
export const hasGoals = (texts: string[]): boolean =>
  JSON.stringify(texts) === JSON.stringify(request.peek().goals);

/** Why the draft cannot be sent yet: the id of the field to change, and a sentence. */
export const draftError = computed((): { field: string; text: string } | null => {
  const long = goals.value.find((goal) => lengthOf(goal.text) > LIMITS.goal);
  if (long) {
    const over = lengthOf(long.text) - LIMITS.goal;
    const text = `One goal is ${over} ${over === 1 ? "character" : "characters"} too long.`;
    return { field: `goal-${long.id}`, text };
  }
  if (request.value.goals.length === 0) {
    return { field: "entry", text: "Add at least one goal. It can be small." };
  }
  if (lengthOf(name.value) > LIMITS.name) return { field: "name", text: "The name is too long." };
  if (lengthOf(rankTag.value) > LIMITS.rank_tag) {
    return { field: "tag", text: "The rank tag is too long." };
  }
  return null;
});

export function clearDraft(): void {
  goals.value = [];
  entry.value = name.value = rankTag.value = "";
  theme.value = "light";
}

/** Adds goals, as many as there is room for. @returns those that did not fit */
export function addGoals(texts: string[]): string[] {
  const fitting = texts.slice(0, room.value);
  const added = fitting.map((text): Goal => ({ id: crypto.randomUUID(), text }));
  goals.value = [...goals.value, ...added];
  return texts.slice(fitting.length);
}

/** Adds what is in the field. @returns how many goals were added, and how many did not fit */
export function addEntry(): { added: number; left: number } {
  const texts = splitGoals(entry.value);
  const left = addGoals(texts);
  entry.value = left.join("\n");
  return { added: texts.length - left.length, left: left.length };
}

export const editGoal = (id: string, text: string) =>
  goals.value = goals.value.map((goal) => goal.id === id ? { id, text } : goal);

export const removeGoal = (id: string) =>
  goals.value = goals.value.filter((goal) => goal.id !== id);

/** Moves a goal to an index. @returns whether it moved: there must be such a goal and such a place */
export function moveGoal(id: string, to: number): boolean {
  const moved = goals.value.find((goal) => goal.id === id);
  if (!moved || to < 0 || to >= goals.value.length) return false;
  goals.value = goals.value.filter((goal) => goal !== moved).toSpliced(to, 0, moved);
  return true;
}

/** Puts removed goals back at an index. Those that no longer fit go into the field. */
export function restoreGoals(removed: readonly Goal[], at: number): void {
  const fitting = removed.slice(0, room.value);
  goals.value = goals.value.toSpliced(at, 0, ...fitting);
  const rest = removed.slice(fitting.length).map(({ text }) => text);
  if (rest.length > 0) entry.value = [entry.value, ...rest].filter(Boolean).join("\n");
}

/** Removes all goals. @returns an undo, which puts them before those written since */
export function clearGoals(): () => void {
  const before = goals.value;
  goals.value = [];
  return () => restoreGoals(before, 0);
}

/** Replaces the goals. @returns an undo, or null if nothing of the person's own was replaced */
export function replaceGoals(texts: string[]): (() => void) | null {
  if (hasGoals(texts)) return null;
  const wasEmpty = goals.value.length === 0;
  const restore = clearGoals();
  addGoals(texts);
  if (wasEmpty) return null;
  const added = goals.value;
  return () => {
    goals.value = goals.value.filter((goal) => !added.includes(goal)); // one that was edited stays
    restore();
  };
}
