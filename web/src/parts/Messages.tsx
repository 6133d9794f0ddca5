import { useEffect, useRef } from "preact/hooks";
import { announcement, dismissMessage, holdMessage, message } from "../state/messages.ts";
import { Icon } from "./Icon.tsx";

/** The message at the foot of the top layer, with its undo. */
export function Messages() {
  const shown = message.value;
  const before = useRef<HTMLElement | null>(null);
  useEffect(() => () => holdMessage(false), []); // nobody is on it any more
  const close = () => {
    dismissMessage();
    const target = before.current?.isConnected ? before.current : document.getElementById("main");
    target?.focus({ preventScroll: true });
  };
  return (
    <>
      <p class="visually-hidden" aria-live="polite">{announcement}</p>
      <div
        class="messages"
        role="status"
        onPointerEnter={() => holdMessage()}
        onPointerLeave={() => holdMessage(false)}
        onFocusIn={({ currentTarget, target, relatedTarget: from }) => {
          if (!currentTarget.contains(from as Node | null)) {
            before.current = from as HTMLElement | null;
          }
          // focus alone does not mean that a mouse user is reading it
          if ((target as Element).matches(":focus-visible")) holdMessage();
        }}
        onFocusOut={() => holdMessage(false)}
      >
        {shown && (
          <div class="message">
            <span id="message">{shown.text}</span>
            {shown.undo && (
              <button
                id="undo"
                type="button"
                class="undo"
                aria-describedby="message"
                aria-keyshortcuts="Control+Z Meta+Z"
                onClick={shown.undo}
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
