/** What the browser knows: the network, the focus, the keys. */
import { signal } from "@preact/signals";

/** Whether the browser believes that there is a network. */
export const online = signal(navigator.onLine);
addEventListener("online", () => online.value = true);
addEventListener("offline", () => online.value = false);

/** Focuses the first of these elements that exists, once the page shows what has changed. */
export function focusSoon(...ids: string[]): void {
  requestAnimationFrame(() =>
    ids.map((id) => document.getElementById(id)).find((found) => found)?.focus()
  );
}

/**
 * Whether Enter was pressed to enter something, and not to choose the words of an input method.
 * Safari ends its composition before the key event that ended it; only key code 229 is left.
 */
export const isEnter = (event: KeyboardEvent): boolean =>
  event.key === "Enter" && !event.isComposing && event.keyCode !== 229;
