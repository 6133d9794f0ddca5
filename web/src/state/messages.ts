/** Short messages at the foot of the page, one at a time, and what screen readers are told. */
import { signal } from "@preact/signals";

interface Message {
  text: string;
  /** Takes back what was done; offered while the message stands. */
  undo?: () => void;
}

export const message = signal<Message | null>(null);
/** Said by screen readers, seen by nobody. */
export const spoken = signal("");

/** Milliseconds that a message stands; longer where there is something to decide. */
const STANDS = { plain: 5_000, undo: 8_000 };
let timer: ReturnType<typeof setTimeout> | undefined;
let ending = () => {};

/** Shows a message. `onEnd` is called when it goes without having been taken back. */
export function tell(text: string, undo?: () => void, onEnd = () => {}): void {
  dismiss();
  ending = onEnd;
  const takeBack = undo && (() => {
    ending = () => {};
    dismiss();
    undo();
  });
  message.value = { text, undo: takeBack };
  hold(false);
}

/** Keeps the message while somebody is at it, with the pointer or the keyboard. */
export function hold(held = true): void {
  clearTimeout(timer);
  const it = message.peek();
  if (held || !it) return;
  timer = setTimeout(dismiss, it.undo ? STANDS.undo : STANDS.plain);
}

export function dismiss(): void {
  clearTimeout(timer);
  message.value = null;
  const end = ending;
  ending = () => {};
  end();
}

/** Says something to screen readers. */
export const say = (text: string) => spoken.value = spoken.value === text ? `${text}\u00a0` : text;

// Undo by the keys that hands know, from wherever the focus is; in a field, they take back what was typed.
addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, shiftKey, target } = event;
  const undo = message.peek()?.undo;
  if (!undo || key !== "z" || shiftKey || !(ctrlKey || metaKey)) return;
  const field = (target as Element).closest<HTMLInputElement>("textarea, input:not([type=radio])");
  if (field?.value) return;
  event.preventDefault();
  undo();
});

addEventListener("pagehide", dismiss); // what was to be deleted is deleted
