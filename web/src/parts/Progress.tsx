import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lookFailed } from "../state/boards.ts";
import { writeAnother } from "../state/current_board.ts";
import { formatDuration } from "../state/wording.ts";
import { Icon } from "./Icon.tsx";

const STEPS = ["Accepted", "Queued", "Drawing"];

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
  const current = state === "pending" ? 1 : 2;
  return (
    <>
      <ol class="steps" aria-label="Progress">
        {STEPS.map((step, i) => (
          <li
            key={step}
            class={i < current ? "is-done" : i === current ? "is-now" : ""}
            aria-current={i === current ? "step" : undefined}
          >
            <Icon name="done" />
            {step}
          </li>
        ))}
      </ol>
      <p class="lead" role="status">{remark(ms, lookFailed.value)}</p>
      <p class="muted">
        <span class="time">{formatDuration(ms)}</span> so far
      </p>
      <button class="link" type="button" onClick={writeAnother}>Write another one meanwhile</button>
    </>
  );
}

function remark(ms: number, isOffline: boolean): string {
  if (isOffline) return "Your connection is unstable. Your board is still being made.";
  if (ms < 8_000) return "Most boards take a second or two.";
  if (ms < 45_000) return "Still at work: this one takes a little longer.";
  return "Still at work. You can close this page: your board will be here when you come back.";
}
