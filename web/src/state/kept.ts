import { effect, type Signal, signal } from "@preact/signals";

/** What is kept on this device, and under which names. */
const PREFIX = "vision-board.";

/**
 * A value that survives a reload. Where keeping is not allowed, it lives in memory.
 * @param where `localStorage` is one for all tabs, which follow each other; `sessionStorage` is a tab's own
 */
export function kept<T>(
  name: string,
  fallback: T,
  where: "localStorage" | "sessionStorage" = "localStorage",
): Signal<T> {
  const key = PREFIX + name;
  const value = signal<T>(safely(() => parse<T>(globalThis[where].getItem(key))) ?? fallback);
  // private mode, or full: nothing is lost until the page is left
  effect(() => void safely(() => globalThis[where].setItem(key, JSON.stringify(value.value))));
  addEventListener("storage", ({ key: changed, newValue }) => {
    if (changed === key) value.value = parse<T>(newValue) ?? fallback;
  });
  return value;
}

const parse = <T>(text: string | null): T | null => safely(() => JSON.parse(text ?? "null"));

function safely<T>(way: () => T): T | null {
  try {
    return way();
  } catch {
    return null;
  }
}
