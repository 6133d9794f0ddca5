import { titleFor } from "../state/board_words.ts";
import { boards, listing, load, loadAgain, next } from "../state/boards.ts";
import { focusSoon } from "../state/focus.ts";
import { openedId, removeWithUndo } from "../state/opened.ts";
import { altOf } from "../state/picture.ts";
import { session } from "../state/session.ts";
import { reuse, show } from "../state/stage.ts";
import { type Board, isRunning } from "../vision_boards.ts";
import { dayOf, keptUntil } from "../state/words.ts";
import { Icon } from "./Icon.tsx";
import { BoardMiniature } from "./Miniature.tsx";
import { Picture } from "./Picture.tsx";

/** One's boards, newest first, a page at a time. */
export function Gallery() {
  if (!session.value) return null;
  const loading = listing.value === "loading";
  const empty = boards.value.length === 0;
  return (
    <section class="gallery" aria-labelledby="boards" aria-busy={loading}>
      <h2 id="boards" tabIndex={-1}>Your boards</h2>
      {empty && listing.value === "ready" && (
        <p class="nothing">
          None yet. The first one is a few words away: write a goal above, and it will hang here.
        </p>
      )}
      <ul class="boards">
        {boards.value.map((board) => (
          <li key={board.id}>
            <Entry board={board} />
          </li>
        ))}
        {loading && empty &&
          [0, 1, 2].map((i) => <li key={i} class="skeleton" aria-hidden="true" />)}
      </ul>
      {listing.value === "failed" && (
        <div class="help" role="alert">
          <p>
            <strong>Your boards could not be loaded</strong>
            They are safe. Check your connection.
          </p>
          <button
            type="button"
            class="second"
            onClick={loadAgain}
          >
            Try again
          </button>
        </div>
      )}
      {next.value && listing.value !== "failed" && (
        <button
          type="button"
          class="second more"
          aria-disabled={loading}
          onClick={() => loading || load(true)}
        >
          {loading ? "Loading …" : "Show older ones"}
        </button>
      )}
      <p class="unseen" role="status">{loading ? "Loading your boards" : ""}</p>
    </section>
  );
}

function Entry({ board }: { board: Board }) {
  const title = titleFor(board.name ?? "");
  const { words, soon } = keptUntil(board.expires_at);
  if (board.status === "complete") {
    return (
      <button
        type="button"
        id={`board-${board.id}`}
        class="hung"
        onClick={() => openedId.value = board.id}
      >
        <Picture board={board} alt={altOf(board)} />
        <span class="label">
          <strong dir="auto">{title}</strong>
          <span>{dayOf(board.created_at)}</span>
          <span class={soon ? "soon" : ""}>{words}</span>
        </span>
      </button>
    );
  }
  const mini = <BoardMiniature board={board} state={isRunning(board) ? "drawing" : "writing"} />;
  if (isRunning(board)) {
    return (
      <button
        type="button"
        class="hung"
        onClick={() => {
          show(board.id);
          focusSoon("stage");
        }}
      >
        {mini}
        <span class="label">
          <strong dir="auto">{title}</strong>
          <span>
            {board.status === "pending" ? "In the queue" : "Being drawn"}
          </span>
        </span>
      </button>
    );
  }
  return (
    <div class="hung is-failed">
      {mini}
      <div class="label">
        <strong dir="auto">{title}</strong>
        <span>{board.error_message}</span>
        <p>
          <button
            type="button"
            class="second small"
            onClick={() => reuse(board)}
          >
            Reuse goals
          </button>
          <button
            id={`board-${board.id}`}
            type="button"
            class="bare"
            aria-label={`Remove the board that failed: ${board.goals[0]}`}
            onClick={() => removeWithUndo(board)}
          >
            <Icon name="bin" />
          </button>
        </p>
      </div>
    </div>
  );
}
