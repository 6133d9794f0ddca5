import { titleFor } from "../state/board_words.ts";
import { opened, openedId, removeWithUndo } from "../state/opened.ts";
import { altOf } from "../state/picture.ts";
import type { Board } from "../vision_boards.ts";
import { dayOf, keptUntil } from "../state/words.ts";
import { Actions } from "./Actions.tsx";
import { Icon } from "./Icon.tsx";
import { Modal } from "./Modal.tsx";
import { Picture } from "./Picture.tsx";

const close = () => openedId.value = null;

/** A board at its largest, and what can be done with it. */
export function BoardDialog() {
  const board = opened.value;
  return (
    <Modal name="large" open={board !== null} class="large" back="boards" onClose={close}>
      {board && <Large board={board} />}
    </Modal>
  );
}

function Large({ board }: { board: Board }) {
  return (
    <div class="large-inner">
      <Picture board={board} alt={altOf(board)} />
      <div class="large-side">
        <button type="button" class="bare close" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
        <h2 id="large-title" dir="auto">{titleFor(board.name ?? "")}</h2>
        <p class="hush">
          {dayOf(board.created_at)} · {keptUntil(board.expires_at).words}
        </p>
        <Actions board={board} />
        <ol class="plain">
          {board.goals.map((goal, i) => <li key={i} dir="auto">{goal}</li>)}
        </ol>
        <button type="button" class="link danger" onClick={() => removeWithUndo(board)}>
          <Icon name="bin" />Delete
        </button>
      </div>
    </div>
  );
}
