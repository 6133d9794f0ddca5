import { effect, type Signal, signal } from "@preact/signals";

/**
 * A signal whose value survives a reload. Where storage is not allowed, it lives in memory.
 * @param name its key in storage, after `vision-board.`
 * @param storage `localStorage` is shared by all tabs, which follow each other; `sessionStorage` is not
 */
export function persisted<T>(
  name: string,
  fallback: T,
  storage: "localStorage" | "sessionStorage" = "localStorage",
): Signal<T> {
  const key = `vision-board.${name}`;
  const value = signal<T>(orNull(() => parse<T>(globalThis[storage].getItem(key))) ?? fallback);
  // private mode, or full: nothing is lost until the page is left
  effect(() => void orNull(() => globalThis[storage].setItem(key, JSON.stringify(value.value))));
  addEventListener("storage", ({ key: changed, newValue }) => {
    if (changed === key) value.value = parse<T>(newValue) ?? fallback;
  });
  return value;
}

const parse = <T>(text: string | null): T | null => orNull(() => JSON.parse(text ?? "null"));

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
