import { type BoardInput, composeBoard } from "../../../supabase/functions/_board/compose.ts";
import type { Node } from "../../../supabase/functions/_board/takumi.d.ts";
import { packsOf } from "./packs.ts";

/** A board of these goals, without packs. */
export const board = (goals: readonly string[], more: Partial<BoardInput> = {}): BoardInput => ({
  goals,
  theme: "light",
  date: new Date("2026-11-23"),
  ...more,
});

/** The same with the packs that it needs. */
export const whole = (goals: readonly string[], more: Partial<BoardInput> = {}): BoardInput =>
  board(goals, { packs: packsOf({ goals, ...more }), ...more });

/** The caption's lines of each goal. */
export const linesOf = async (goals: readonly string[]): Promise<(readonly string[])[]> =>
  (await composeBoard(whole(goals))).tiles.map(({ caption }) => caption?.lines ?? []);

/** All text nodes of a tree. */
export function textsOf(node: Node): (Node & { type: "text" })[] {
  if (node.type === "text") return [node];
  return node.type === "container" ? (node.children ?? []).flatMap(textsOf) : [];
}
