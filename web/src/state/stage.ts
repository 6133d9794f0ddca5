/** Which board the page shows being made, in place of the form. */
import { computed, effect } from "@preact/signals";
import { boards, gone, watch } from "./boards.ts";
import { goals, hasGoals } from "./draft.ts";
import { focusSoon } from "./focus.ts";
import { replace } from "./goal_list.ts";
import { kept } from "./kept.ts";
import { tell } from "./messages.ts";
import { session, userId } from "./session.ts";
import { type Board, isRunning } from "../vision_boards.ts";

/** The board's id; kept, so that a reload in the middle shows it again. */
const shown = kept<string | null>("shown", null, "sessionStorage");
export const stage = computed(() => boards.value.find(({ id }) => id === shown.value) ?? null);
/** Whether the stage is open, be it that its board is still to be read. */
export const staged = computed(() => shown.value !== null);

/** Shows a board on the stage. */
export const show = (id: string) => shown.value = id;

/** Leaves the stage if it shows this board. */
export const leaveStage = (id: string) => shown.value === id && (shown.value = null);

/** The draft's goals need not be kept if this board has them. */
function letGo(board: Board): void {
  if (hasGoals(board.goals)) goals.value = [];
}

/** Back to writing. */
export function writeAgain(): void {
  if (stage.peek()) letGo(stage.peek()!);
  shown.value = null;
  focusSoon("entry");
}

/** Back to writing, with the goals of a board that failed; what else was on the list can be had back. */
export function reuse(board: Board): void {
  shown.value = null;
  const undo = replace(board.goals);
  if (undo) tell("These goals have replaced those on your list.", undo);
  focusSoon("entry");
}

effect(() => {
  if (stage.value?.status === "complete") letGo(stage.value);
});

// A reload in the middle: the board may be on no page that is loaded.
effect(() => {
  if (userId.value && shown.peek() && !stage.peek()) watch(shown.peek()!);
  if (session.value === null) shown.value = null;
});

effect(() => {
  if (gone.value === null || gone.value !== shown.peek()) return;
  shown.value = null;
  tell("This board is not there any more.");
});

// What has ended need not be shown again.
addEventListener("pagehide", () => {
  if (stage.peek() && !isRunning(stage.peek()!)) shown.value = null;
});
