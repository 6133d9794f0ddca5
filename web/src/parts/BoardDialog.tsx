import { useEffect, useRef } from "preact/hooks";
import { titleFor } from "../board_words.ts";
import { opened, openedId, removeWithUndo } from "../opened.ts";
import { altOf } from "../picture.ts";
import { dayOf, keptUntil } from "../words.ts";
import { Actions } from "./Actions.tsx";
import { Icon } from "./Icon.tsx";
import { Picture } from "./Picture.tsx";

/** A board at its largest, and what can be done with it. */
export function BoardDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const board = opened.value;
  const close = () => openedId.value = null;
  useEffect(() => {
    if (board) dialog.current!.showModal();
    else dialog.current!.close();
  }, [board?.id]);
  return (
    <dialog
      ref={dialog}
      class="large"
      aria-labelledby="large-title"
      onCancel={close}
      onClose={() => {
        // what had opened it is gone with a deleted board
        if (document.activeElement === document.body) document.getElementById("boards")?.focus();
      }}
      onClick={(event) => event.target === dialog.current && close()}
    >
      {board && (
        <div class="large-inner">
          <Picture board={board} alt={altOf(board)} />
          <div class="large-side">
            <button
              type="button"
              class="bare close"
              aria-label="Close"
              onClick={close}
            >
              <Icon name="close" />
            </button>
            <h2 id="large-title">{titleFor(board.name ?? "")}</h2>
            <p class="hush">
              {dayOf(board.created_at)} · {keptUntil(board.expires_at).words}
            </p>
            <Actions board={board} />
            <ol class="plain">
              {board.goals.map((goal, i) => <li key={i}>{goal}</li>)}
            </ol>
            <button
              type="button"
              class="link danger"
              onClick={() => removeWithUndo(board)}
            >
              <Icon name="bin" />Delete
            </button>
          </div>
        </div>
      )}
    </dialog>
  );
}
