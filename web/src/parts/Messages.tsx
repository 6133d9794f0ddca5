import { useEffect, useRef } from "preact/hooks";
import { dismiss, hold, message, spoken } from "../state/messages.ts";
import { Icon } from "./Icon.tsx";

/** The message at the foot of what is uppermost, with what takes it back. */
export function Messages() {
  const it = message.value;
  const before = useRef<HTMLElement | null>(null);
  useEffect(() => () => hold(false), []); // nobody is at it any more
  const close = () => {
    dismiss();
    const back = before.current?.isConnected ? before.current : document.getElementById("main");
    back?.focus({ preventScroll: true });
  };
  return (
    <>
      <p class="unseen" aria-live="polite">{spoken}</p>
      <div
        class="messages"
        role="status"
        onPointerEnter={() => hold()}
        onPointerLeave={() => hold(false)}
        onFocusIn={({ currentTarget, target, relatedTarget: from }) => {
          if (!currentTarget.contains(from as Node | null)) {
            before.current = from as HTMLElement | null;
          }
          // whoever uses a mouse is not here only because the focus is
          if ((target as Element).matches(":focus-visible")) hold();
        }}
        onFocusOut={() => hold(false)}
      >
        {it && (
          <div class="message">
            <span id="message">{it.text}</span>
            {it.undo && (
              <button
                id="undo"
                type="button"
                class="undo"
                aria-describedby="message"
                aria-keyshortcuts="Control+Z Meta+Z"
                onClick={it.undo}
              >
                Undo
              </button>
            )}
            <button type="button" class="bare" aria-label="Close this message" onClick={close}>
              <Icon name="close" />
            </button>
          </div>
        )}
      </div>
    </>
  );
}
