/** The ways in which the list of goals changes. None of them loses what somebody typed. */
import { entry, type Goal, goals, hasGoals, room } from "./draft.ts";
import { split } from "./goals.ts";

const withId = (text: string): Goal => ({ id: crypto.randomUUID(), text });

/** Adds goals, as many as there is room for. @returns those that did not fit */
export function add(texts: string[]): string[] {
  const fitting = texts.slice(0, room.value);
  goals.value = [...goals.value, ...fitting.map(withId)];
  return texts.slice(fitting.length);
}

/** Adds what stands in the field. @returns how many goals were added, and how many did not fit */
export function addEntry(): { added: number; left: number } {
  const texts = split(entry.value);
  const left = add(texts);
  entry.value = left.join("\n");
  return { added: texts.length - left.length, left: left.length };
}

export const edit = (id: string, text: string) =>
  goals.value = goals.value.map((goal) => goal.id === id ? { id, text } : goal);

export const remove = (id: string) => goals.value = goals.value.filter((goal) => goal.id !== id);

/** Moves a goal to a place, 0 the first. */
export function move(id: string, to: number): void {
  const moved = goals.value.find((goal) => goal.id === id);
  if (!moved || to < 0 || to >= goals.value.length) return;
  goals.value = goals.value.filter((goal) => goal !== moved).toSpliced(to, 0, moved);
}

/** Puts goals back where they were among those of now; what has no room any more goes into the field. */
export function putBack(old: readonly Goal[], at: number): void {
  const fitting = old.slice(0, room.value);
  goals.value = goals.value.toSpliced(at, 0, ...fitting);
  const rest = old.slice(fitting.length).map(({ text }) => text);
  if (rest.length > 0) entry.value = [entry.value, ...rest].filter(Boolean).join("\n");
}

/** Takes all goals off the list. @returns what puts them back, before those that were written since */
export function empty(): () => void {
  const before = goals.value;
  goals.value = [];
  return () => putBack(before, 0);
}

/** Writes other goals. @returns what takes that back, where it took somebody's goals off the list */
export function replace(texts: string[]): (() => void) | null {
  if (hasGoals(texts)) return null;
  const wasEmpty = goals.value.length === 0;
  const putThemBack = empty();
  add(texts);
  if (wasEmpty) return null;
  const added = goals.value;
  return () => {
    goals.value = goals.value.filter((goal) => !added.includes(goal)); // one that was edited stays
    putThemBack();
  };
}
