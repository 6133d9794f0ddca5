import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { countInWords } from "../board_words.ts";
import { troubled } from "../boards.ts";
import { make, stage, writeAgain } from "../making.ts";
import { linkOf, renewLink } from "../picture.ts";
import type { Board } from "../vision_boards.ts";
import { keptUntil, waited } from "../words.ts";
import { Actions } from "./Actions.tsx";
import { Icon } from "./Icon.tsx";
import { BoardMiniature } from "./Miniature.tsx";

/** A board that is being made: its tiles shimmer, then resolve into the picture. */
export function Stage() {
  const board = stage.value;
  const title = useRef<HTMLHeadingElement>(null);
  const picture = usePicture(board);
  const state = board?.status === "complete" && !picture
    ? "processing"
    : board?.status ?? "pending";
  // where it is at is said when it changes, and the reader is there when the page changed under them
  useEffect(() => title.current?.focus(), [
    state === "complete" || state === "failed",
  ]);

  return (
    <section class={`hero stage is-${state}`}>
      <div class="intro">
        <p class="kicker">{KICKERS[state]}</p>
        <h1 ref={title} tabIndex={-1}>{TITLES[state]}</h1>
      </div>
      <div class="about">
        {board && state === "complete" && <Done board={board} />}
        {board && state === "failed" && <Failed board={board} />}
        {(state === "pending" || state === "processing") && (
          <Progress state={state} since={board?.created_at} />
        )}
      </div>
      <div class="easel">
        <BoardMiniature
          board={board}
          state={state === "complete" ? "done" : state === "failed" ? "writing" : "drawing"}
          picture={picture}
        />
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

const KICKERS = {
  pending: "In the queue",
  processing: "At work",
  complete: "Done",
  failed: "That went wrong",
};
const TITLES = {
  pending: "Waiting for a free brush.",
  processing: "Drawing your board.",
  complete: "There it is.",
  failed: "This board did not make it.",
};

/** The picture's link once it is loaded and can be shown without a gap. */
function usePicture(board: Board | null): string | null {
  const ready = useSignal<string | null>(null);
  const link = board && linkOf(board);
  useEffect(() => {
    ready.value = null;
    if (!board || !link) return;
    let left = false;
    const loaded = async (from: string) => {
      const image = new Image();
      image.src = from;
      await image.decode();
      if (!left) ready.value = from;
    };
    loaded(link).catch(() => renewLink(board).then(loaded)).catch(() => {});
    return () => left = true;
  }, [board?.id, link]);
  return ready.value;
}

function Progress(
  { state, since }: { state: "pending" | "processing"; since?: string },
) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => now.value = Date.now(), 1000);
    return () => clearInterval(timer);
  }, []);
  const ms = since ? now.value - Date.parse(since) : 0;
  return (
    <>
      <ol class="steps" aria-label="How far it is">
        <li class="is-done">
          <Icon name="done" />Accepted
        </li>
        <li
          class={state === "pending" ? "is-now" : "is-done"}
          aria-current={state === "pending" ? "step" : undefined}
        >
          <Icon name="done" />Queued
        </li>
        <li
          class={state === "processing" ? "is-now" : ""}
          aria-current={state === "processing" ? "step" : undefined}
        >
          <Icon name="done" />Drawing
        </li>
      </ol>
      <p class="lead" role="status">{remark(ms, troubled.value)}</p>
      <p class="hush">
        <span class="time">{waited(ms)}</span> so far
      </p>
      <button class="link" type="button" onClick={() => writeAgain()}>
        Write another one meanwhile
      </button>
    </>
  );
}

function remark(ms: number, noConnection: boolean): string {
  if (noConnection) {
    return "The connection is shaky. Your board is being made all the same.";
  }
  if (ms < 8_000) return "Most boards take a second or two.";
  if (ms < 45_000) return "Still at work: this one takes a little longer.";
  return "Still at work. You may close this page: the board will be among yours when it is done.";
}

function Done({ board }: { board: Board }) {
  const { words } = keptUntil(board.expires_at);
  return (
    <>
      <p class="lead">{countInWords(board.goals.length)}.</p>
      <p class="hush">{words}. Save it, and it is yours for good.</p>
      <Actions board={board} />
      <button class="link" type="button" onClick={() => writeAgain()}>
        Make another one
      </button>
    </>
  );
}

function Failed({ board }: { board: Board }) {
  const again = () => {
    writeAgain(board.goals);
    make();
  };
  return (
    <>
      <p class="lead">{board.error_message}</p>
      <p class="hush">
        Your goals are safe. A new try is a new board and counts as one.
      </p>
      <div class="actions">
        <button class="first" type="button" onClick={again}>Try again</button>
        <button
          class="second"
          type="button"
          onClick={() => writeAgain(board.goals)}
        >
          Change the goals
        </button>
      </div>
    </>
  );
}
