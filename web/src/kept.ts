import { effect, type Signal, signal } from "@preact/signals";

/** What is kept on this device, and under which names. */
const PREFIX = "vision-board.";

/** A value that survives a reload, in localStorage. Where that is not allowed, it lives in memory. */
export function kept<T>(name: string, fallback: T): Signal<T> {
  const value = signal<T>(read(name) ?? fallback);
  effect(() => {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(value.value));
    } catch {
      /* private mode, or full: nothing is lost until the page is left */
    }
  });
  return value;
}

function read<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}
