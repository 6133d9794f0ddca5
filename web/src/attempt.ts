/** The idempotency key of the board that was asked for and not yet answered. */
import { kept } from "./kept.ts";
import type { BoardRequest } from "./vision_boards.ts";

interface Attempt {
  key: string;
  /** The request that the key stands for. */
  request: string;
  /** When the person asked, in milliseconds. */
  at: number;
}

const attempt = kept<Attempt | null>("attempt", null);
/** After this a page that is opened does not go on by itself: whoever asked has gone. */
const FRESH_MS = 30 * 60_000;

/**
 * The key for a request: the same until it is answered, over reloads too, so that asking twice makes
 * one board. Another request is another wish and gets a key of its own.
 */
export function keyFor(request: BoardRequest): string {
  const text = JSON.stringify(request);
  if (attempt.value?.request !== text) {
    attempt.value = { key: crypto.randomUUID(), request: text, at: Date.now() };
  }
  return attempt.value!.key;
}

/** The answer is here, or nobody waits for one any more. */
export const settle = () => attempt.value = null;

/** Whether somebody asked for just this a moment ago, and the page was left before the answer. */
export const isOpen = (request: BoardRequest): boolean =>
  attempt.value?.request === JSON.stringify(request) &&
  Date.now() - attempt.value.at < FRESH_MS;
