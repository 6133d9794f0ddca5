import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { troubled } from "../state/boards.ts";
import { writeAgain } from "../state/stage.ts";
import { waited } from "../state/words.ts";
import { Icon } from "./Icon.tsx";

/** How far a board is, and for how long it has been made. */
export function Progress(
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
      <button class="link" type="button" onClick={writeAgain}>
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
