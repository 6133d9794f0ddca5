/** Deleting boards, with a moment in which it can be undone. */
import type { Board } from "../vision_boards.ts";
import { hideBoard } from "./boards.ts";
import { focusSoon } from "./browser.ts";
import { hideCurrentBoard } from "./current_board.ts";
import { openBoardId } from "./dialogs.ts";
import { dismissMessage, showMessage } from "./messages.ts";
import { userId } from "./session.ts";

const idle = Promise.resolve(true);
/** Whether the deletion that is under way works; `idle` if there is none. */
let deletion = idle;

export function deleteWithUndo(board: Board): void {
  openBoardId.value = null;
  hideCurrentBoard(board.id);
  const { undo, commit } = hideBoard(board);
  const owner = userId.peek();
  const takeBack = () => {
    undo();
    focusSoon(`board-${board.id}`);
  };
  const failed = () => {
    showMessage(
      owner === userId.peek()
        ? "That board could not be deleted, so it is back among your boards. Are you online?"
        : "You were signed out before the board was deleted. You still have it.",
    );
    return false;
  };
  showMessage("Board deleted.", takeBack, () => {
    const works = commit().then(() => true, failed);
    deletion = works;
    void works.then(() => deletion === works && (deletion = idle));
  });
  focusSoon("undo"); // what was pressed is gone with the board
}

/** Completes a deletion that could still be undone. @returns whether it worked */
export async function finishDeletion(): Promise<boolean> {
  dismissMessage();
  return await deletion;
}
