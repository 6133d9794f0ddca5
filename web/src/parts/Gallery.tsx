import type { ComponentChildren } from "preact";
import { titleFor } from "../state/board_design.ts";
import { altOf } from "../state/board_image.ts";
import { boards, listState, loadBoards, nextPage, retryLoading } from "../state/boards.ts";
import { focusSoon } from "../state/browser.ts";
import { reuseGoals, showBoard } from "../state/current_board.ts";
import { deleteWithUndo } from "../state/deletion.ts";
import { openBoardId } from "../state/dialogs.ts";
import { session } from "../state/session.ts";
import { formatDay, formatExpiry } from "../state/wording.ts";
import { type Board, isRunning } from "../vision_boards.ts";
import { BoardImage } from "./BoardImage.tsx";
import { Icon } from "./Icon.tsx";
import { BoardMiniature } from "./Miniature.tsx";

/** One's boards, newest first, a page at a time. */
export function Gallery() {
  if (!session.value) return null;
  const isLoading = listState.value === "loading";
  const isEmpty = boards.value.length === 0;
  return (
    <section class="gallery" aria-labelledby="boards" aria-busy={isLoading}>
      <h2 id="boards" tabIndex={-1}>Your boards</h2>
      {isEmpty && listState.value === "ready" && (
        <p class="nothing">
          None yet. Your first one is a few words away: write a goal above, and it will appear here.
        </p>
      )}
      <ul class="boards">
        {boards.value.map((board) => <li key={board.id}>{cardFor(board)}</li>)}
        {isLoading && isEmpty &&
          [0, 1, 2].map((i) => <li key={i} class="skeleton" aria-hidden="true" />)}
      </ul>
      {listState.value === "failed" && (
        <div class="notice" role="alert">
          <p>
            <strong>Your boards could not be loaded</strong>
            They are safe. Check your connection.
          </p>
          <button type="button" class="secondary" onClick={retryLoading}>Try again</button>
        </div>
      )}
      {nextPage.value && listState.value !== "failed" && (
        <button
          type="button"
          class="secondary more"
          aria-disabled={isLoading}
          onClick={() => isLoading || loadBoards(true)}
        >
          {isLoading ? "Loading…" : "Show older boards"}
        </button>
      )}
      <p class="visually-hidden" role="status">{isLoading ? "Loading your boards" : ""}</p>
    </section>
  );
}

function cardFor(board: Board) {
  if (board.status === "complete") return <DoneCard board={board} />;
  return isRunning(board) ? <RunningCard board={board} /> : <FailedCard board={board} />;
}

function DoneCard({ board }: { board: Board }) {
  const { text, soon } = formatExpiry(board.expires_at);
  return (
    <button
      type="button"
      id={`board-${board.id}`}
      class="board-card"
      onClick={() => openBoardId.value = board.id}
    >
      <BoardImage board={board} alt={altOf(board)} />
      <Label board={board}>
        <span>{formatDay(board.created_at)}</span>
        <span class={soon ? "soon" : ""}>{text}</span>
      </Label>
    </button>
  );
}

function RunningCard({ board }: { board: Board }) {
  const show = () => {
    showBoard(board.id);
    focusSoon("current");
  };
  return (
    <button type="button" class="board-card" onClick={show}>
      <BoardMiniature board={board} state="drawing" />
      <Label board={board}>
        <span>{board.status === "pending" ? "In the queue" : "Being drawn"}</span>
      </Label>
    </button>
  );
}

function FailedCard({ board }: { board: Board }) {
  return (
    <div class="board-card is-failed">
      <BoardMiniature board={board} state="writing" />
      <Label board={board}>
        <span>{board.error_message}</span>
        <span class="label-actions">
          <button type="button" class="secondary small" onClick={() => reuseGoals(board)}>
            Reuse goals
          </button>
          <button
            id={`board-${board.id}`}
            type="button"
            class="bare"
            aria-label={`Remove the failed board: ${board.goals[0]}`}
            onClick={() => deleteWithUndo(board)}
          >
            <Icon name="bin" />
          </button>
        </span>
      </Label>
    </div>
  );
}

const Label = ({ board, children }: { board: Board; children: ComponentChildren }) => (
  <span class="label">
    <strong dir="auto">{titleFor(board.name ?? "")}</strong>
    {children}
  </span>
);
