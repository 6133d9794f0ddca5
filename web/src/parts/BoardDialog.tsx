import { titleFor } from "../state/board_design.ts";
import { altOf } from "../state/board_image.ts";
import { deleteWithUndo } from "../state/deletion.ts";
import { openBoard, openBoardId } from "../state/dialogs.ts";
import { formatDay, formatExpiry } from "../state/wording.ts";
import type { Board } from "../vision_boards.ts";
import { BoardImage } from "./BoardImage.tsx";
import { Icon } from "./Icon.tsx";
import { Modal } from "./Modal.tsx";
import { SaveAndShare } from "./SaveAndShare.tsx";

const close = () => openBoardId.value = null;

/** A board at its largest, and what can be done with it. */
export function BoardDialog() {
  const board = openBoard.value;
  return (
    <Modal layer="board" open={board !== null} class="large" focusAfter="boards" onClose={close}>
      {board && <Large board={board} />}
    </Modal>
  );
}

function Large({ board }: { board: Board }) {
  return (
    <div class="large-inner">
      <BoardImage board={board} alt={altOf(board)} />
      <div class="large-side">
        <button type="button" class="bare close" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
        <h2 id="board-title" dir="auto">{titleFor(board.name ?? "")}</h2>
        <p class="muted">
          {formatDay(board.created_at)} · {formatExpiry(board.expires_at).text}
        </p>
        <SaveAndShare board={board} />
        <ol class="plain">
          {board.goals.map((goal, i) => <li key={i} dir="auto">{goal}</li>)}
        </ol>
        <button type="button" class="link danger" onClick={() => deleteWithUndo(board)}>
          <Icon name="bin" />Delete
        </button>
      </div>
    </div>
  );
}
