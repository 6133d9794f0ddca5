import { countInWords } from "../state/board_words.ts";
import { focusSoon } from "../state/focus.ts";
import { again } from "../state/making.ts";
import { reuse, writeAgain } from "../state/stage.ts";
import type { Board } from "../vision_boards.ts";
import { keptUntil } from "../state/words.ts";
import { Actions } from "./Actions.tsx";

/** What can be done with a finished board. */
export function Done({ board }: { board: Board }) {
  const { words } = keptUntil(board.expires_at);
  return (
    <>
      <p class="lead">{countInWords(board.goals.length)}.</p>
      <p class="hush">{words}. Save it, and it is yours for good.</p>
      <Actions board={board} />
      <button class="link" type="button" onClick={writeAgain}>
        Make another one
      </button>
    </>
  );
}

/** Why a board failed, and what can be done about it. */
export function Failed({ board }: { board: Board }) {
  const tryAgain = () => {
    reuse(board);
    again();
    focusSoon("make");
  };
  return (
    <>
      <p class="lead">{board.error_message}</p>
      <p class="hush">
        Your goals are safe. A new try is a new board and counts as one.
      </p>
      <div class="actions">
        <button class="first" type="button" onClick={tryAgain}>Try again</button>
        <button class="second" type="button" onClick={() => reuse(board)}>
          Change the goals
        </button>
      </div>
    </>
  );
}
