import { dismiss, hold, message, spoken } from "../messages.ts";
import { Icon } from "./Icon.tsx";

/** The message at the foot of the page, with what takes it back. */
export function Messages() {
  const it = message.value;
  return (
    <>
      <p class="unseen" aria-live="polite">{spoken}</p>
      <div
        class="messages"
        role="status"
        onPointerEnter={() => hold()}
        onPointerLeave={() => hold(false)}
        onFocusIn={() => hold()}
        onFocusOut={() => hold(false)}
      >
        {it && (
          <div class="message">
            <span>{it.text}</span>
            {it.undo && <button type="button" class="undo" onClick={it.undo}>Undo</button>}
            <button
              type="button"
              class="bare"
              aria-label="Close this message"
              onClick={dismiss}
            >
              <Icon name="close" />
            </button>
          </div>
        )}
      </div>
    </>
  );
}
