import { useEffect, useRef } from "preact/hooks";
import { say } from "../state/messages.ts";
import { altOf } from "../state/picture.ts";
import { stage } from "../state/stage.ts";
import { Done, Failed } from "./Ended.tsx";
import { BoardMiniature } from "./Miniature.tsx";
import { Picture } from "./Picture.tsx";
import { Progress } from "./Progress.tsx";
import { usePicture } from "./use_picture.ts";

const WORDS = {
  pending: ["In the queue", "Waiting for a free brush."],
  processing: ["At work", "Drawing your board."],
  complete: ["Done", "There it is."],
  failed: ["That went wrong", "This board did not make it."],
} as const;

/** A board that is being made: its tiles shimmer, then resolve into the picture. */
export function Stage() {
  const board = stage.value;
  const picture = usePicture(board);
  const state = board?.status === "complete" && picture === undefined
    ? "processing"
    : board?.status ?? "pending";
  const [kicker, title] = WORDS[state];
  const heading = useHeading(title);

  return (
    <section class={`hero stage is-${state}`}>
      <div class="intro">
        <p class="kicker">{kicker}</p>
        <h1 id="stage" ref={heading} tabIndex={-1}>{title}</h1>
      </div>
      <div class="about">
        {board && state === "complete" && <Done board={board} />}
        {board && state === "failed" && <Failed board={board} />}
        {(state === "pending" || state === "processing") && (
          <Progress state={state} since={board?.created_at} />
        )}
      </div>
      <div class="easel">
        {board && picture === null ? <Picture board={board} alt={altOf(board)} /> : (
          <BoardMiniature
            board={board}
            state={state === "complete" ? "done" : state === "failed" ? "writing" : "drawing"}
            picture={picture}
          />
        )}
        {board && picture && (
          <img
            class="whole"
            src={picture}
            width="1080"
            height="1350"
            alt={`Your vision board: ${board.goals.join("; ")}`}
          />
        )}
      </div>
    </section>
  );
}

/** The reader is where the page changes under them; whoever is elsewhere by now hears of it, and stays. */
function useHeading(words: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isNew = useRef(true);
  useEffect(() => {
    const at = document.activeElement;
    if (isNew.current) scrollTo({ top: 0 }); // the heading alone would bring half of the picture into view
    if (at === document.body) heading.current!.focus({ preventScroll: true });
    else if (at !== heading.current || !isNew.current) say(words);
    isNew.current = false;
  }, [words]);
  return heading;
}
