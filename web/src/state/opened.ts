/** The board that is shown large, and boards that are deleted. */
import { computed, signal } from "@preact/signals";
import { boards, remove } from "./boards.ts";
import { focusSoon } from "./focus.ts";
import { dismiss, tell } from "./messages.ts";
import { userId } from "./session.ts";
import { leaveStage } from "./stage.ts";
import type { Board } from "../vision_boards.ts";

export const openedId = signal<string | null>(null);
export const opened = computed(() => boards.value.find(({ id }) => id === openedId.value) ?? null);

const done = Promise.resolve(true);
/** Whether the deletion that is under way works; `done` where there is none. */
let deletion = done;

/** Deletes a board after a moment in which it can be taken back. */
export function removeWithUndo(board: Board): void {
  openedId.value = null;
  leaveStage(board.id);
  const { undo, commit } = remove(board);
  const owner = userId.peek();
  const takeBack = () => {
    undo();
    focusSoon(`board-${board.id}`);
  };
  const refused = () => {
    tell(
      owner === userId.peek()
        ? "It could not be deleted. Are you online? It is back among your boards."
        : "You were signed out before the board was deleted: you still have it.",
    );
    return false;
  };
  tell("Board deleted.", takeBack, () => {
    const works = commit().then(() => true, refused);
    deletion = works;
    void works.then(() => deletion === works && (deletion = done));
  });
  focusSoon("undo"); // what was pressed is gone with the board
}

/** Ends a deletion that could still be taken back. @returns whether it worked */
export async function finishDeletion(): Promise<boolean> {
  dismiss();
  return await deletion;
}
