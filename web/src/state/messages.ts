/** Short messages at the foot of the page, one at a time, and what screen readers are told. */
import { signal } from "@preact/signals";

interface Message {
  text: string;
  /** Takes back what was done; offered as long as the message is shown. */
  undo?: () => void;
}

export const message = signal<Message | null>(null);
/** Read out by screen readers, seen by nobody. */
export const announcement = signal("");

/** How many milliseconds a message is shown; longer where there is something to decide. */
const DURATION = { plain: 5_000, undo: 8_000 };
let timer: ReturnType<typeof setTimeout> | undefined;
let onDismiss = () => {};

/** Shows a message. `onEnd` is called when it goes without having been undone. */
export function showMessage(text: string, undo?: () => void, onEnd = () => {}): void {
  dismissMessage();
  onDismiss = onEnd;
  const takeBack = undo && (() => {
    onDismiss = () => {};
    dismissMessage();
    undo();
  });
  message.value = { text, undo: takeBack };
  holdMessage(false);
}

/** Keeps the message while the pointer or the keyboard focus is on it. */
export function holdMessage(held = true): void {
  clearTimeout(timer);
  const shown = message.peek();
  if (held || !shown) return;
  timer = setTimeout(dismissMessage, shown.undo ? DURATION.undo : DURATION.plain);
}

export function dismissMessage(): void {
  clearTimeout(timer);
  message.value = null;
  const end = onDismiss;
  onDismiss = () => {};
  end();
}

/** Has screen readers say something. A text that is said twice changes by a space, or it would be silent. */
export const announce = (text: string) =>
  announcement.value = announcement.value === text ? `${text}\u00a0` : text;

// Undo by its usual keys, wherever the focus is; in a field with text, they undo typing.
addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, shiftKey, target } = event;
  const undo = message.peek()?.undo;
  if (!undo || key !== "z" || shiftKey || !(ctrlKey || metaKey)) return;
  const field = (target as Element).closest<HTMLInputElement>("textarea, input:not([type=radio])");
  if (field?.value) return;
  event.preventDefault();
  undo();
});

addEventListener("pagehide", dismissMessage); // what was to be deleted is deleted
