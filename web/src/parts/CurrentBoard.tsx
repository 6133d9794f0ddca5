import { useEffect, useRef } from "preact/hooks";
import { countInWords } from "../state/board_design.ts";
import { altOf } from "../state/board_image.ts";
import { focusSoon } from "../state/browser.ts";
import { makeBoardOfList } from "../state/create_board.ts";
import { currentBoard, reuseGoals, writeAnother } from "../state/current_board.ts";
import { announce } from "../state/messages.ts";
import { formatExpiry } from "../state/phrases.ts";
import type { Board } from "../vision_boards.ts";
import { BoardImage, useDecodedImage } from "./BoardImage.tsx";
import { BoardMiniature } from "./Miniature.tsx";
import { Progress } from "./Progress.tsx";
import { SaveAndShare } from "./SaveAndShare.tsx";

const HEADINGS = {
  pending: ["In the queue", "Waiting for a free brush."],
  processing: ["At work", "Drawing your board."],
  complete: ["Done", "There it is."],
  failed: ["That went wrong", "This board did not make it."],
} as const;

/** A board that is being made: its tiles shimmer, then resolve into the finished image. */
export function CurrentBoard() {
  const board = currentBoard.value;
  const image = useDecodedImage(board);
  const isLoading = board?.status === "complete" && image === undefined;
  const state = isLoading ? "processing" : board?.status ?? "pending";
  const [kicker, title] = HEADINGS[state];
  const heading = useHeading(title);

  return (
    <section class={`hero current is-${state}`}>
      <div class="intro">
        <p class="kicker">{kicker}</p>
        <h1 id="current" ref={heading} tabIndex={-1}>{title}</h1>
      </div>
      <div class="about">
        {board && state === "complete" && <Done board={board} />}
        {board && state === "failed" && <Failed board={board} />}
        {(state === "pending" || state === "processing") && (
          <Progress state={state} since={board?.created_at} />
        )}
      </div>
      <div class="easel">
        {board && image === null ? <BoardImage board={board} alt={altOf(board)} /> : (
          <BoardMiniature
            board={board}
            state={state === "complete" ? "done" : state === "failed" ? "writing" : "drawing"}
            image={image}
          />
        )}
        {board && image && (
          <img
            class="whole"
            src={image}
            width="1080"
            height="1350"
            alt={`Your vision board: ${board.goals.join("; ")}`}
          />
        )}
      </div>
    </section>
  );
}

function Done({ board }: { board: Board }) {
  return (
    <>
      <p class="lead">{countInWords(board.goals.length)}.</p>
      <p class="muted">
        {formatExpiry(board.expires_at).text}. Save it, and it is yours for good.
      </p>
      <SaveAndShare board={board} />
      <button class="link" type="button" onClick={writeAnother}>Make another one</button>
    </>
  );
}

function Failed({ board }: { board: Board }) {
  const tryAgain = () => {
    reuseGoals(board);
    makeBoardOfList();
    focusSoon("make");
  };
  return (
    <>
      <p class="lead">{board.error_message}</p>
      <p class="muted">Your goals are safe. Trying again makes a new board, and counts as one.</p>
      <div class="actions">
        <button class="primary" type="button" onClick={tryAgain}>Try again</button>
        <button class="secondary" type="button" onClick={() => reuseGoals(board)}>
          Change the goals
        </button>
      </div>
    </>
  );
}

/** Moves the focus to a new heading; if the person has gone elsewhere, announces it and lets them be. */
function useHeading(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isNew = useRef(true);
  useEffect(() => {
    const focused = document.activeElement;
    if (isNew.current) scrollTo({ top: 0 }); // focusing the heading would show half of the image
    if (focused === document.body) heading.current!.focus({ preventScroll: true });
    else if (focused !== heading.current || !isNew.current) announce(title);
    isNew.current = false;
  }, [title]);
  return heading;
}
