/** The board that the page shows in place of the form, while it is made and when it is done. */
import { computed, effect } from "@preact/signals";
import { type Board, isRunning } from "../vision_boards.ts";
import { boards, missingId, watch } from "./boards.ts";
import { focusSoon } from "./browser.ts";
import { goals, hasGoals, replaceGoals } from "./draft.ts";
import { showMessage } from "./messages.ts";
import { persisted } from "./persisted.ts";
import { session, userId } from "./session.ts";

/** Survives a reload, which shows the board again. */
const currentId = persisted<string | null>("shown", null, "sessionStorage");
/** `null` also while the board is still to be read. */
export const currentBoard = computed(() =>
  boards.value.find(({ id }) => id === currentId.value) ?? null
);
export const showsBoard = computed(() => currentId.value !== null);

export const showBoard = (id: string) => currentId.value = id;

export const hideCurrentBoard = (id: string) => currentId.value === id && (currentId.value = null);

/** Clears the draft's goals if this board has them. */
function clearMadeGoals(board: Board): void {
  if (hasGoals(board.goals)) goals.value = [];
}

/** Shows the form again. */
export function writeAnother(): void {
  if (currentBoard.peek()) clearMadeGoals(currentBoard.peek()!);
  currentId.value = null;
  focusSoon("entry");
}

/** Shows the form with the goals of a board that failed. Other goals on the list can be restored. */
export function reuseGoals(board: Board): void {
  currentId.value = null;
  const undo = replaceGoals(board.goals);
  if (undo) showMessage("These goals replaced the ones on your list.", undo);
  focusSoon("entry");
}

effect(() => {
  if (currentBoard.value?.status === "complete") clearMadeGoals(currentBoard.value);
});

// A reload in the middle: the board may be on no page that is loaded.
effect(() => {
  if (userId.value && currentId.peek() && !currentBoard.peek()) watch(currentId.peek()!);
  if (session.value === null) currentId.value = null;
});

effect(() => {
  if (missingId.value === null || missingId.value !== currentId.peek()) return;
  currentId.value = null;
  showMessage("This board no longer exists.");
});

// A board that has ended need not be shown again.
addEventListener("pagehide", () => {
  if (currentBoard.peek() && !isRunning(currentBoard.peek()!)) currentId.value = null;
});
