/** The board that was asked for and not yet answered: what for, and under which idempotency key. */
import { computed } from "@preact/signals";
import { kept } from "./kept.ts";
import type { BoardRequest } from "../vision_boards.ts";

export interface Attempt {
  key: string;
  /** What the key stands for. */
  request: BoardRequest;
  /** When the person last asked, in milliseconds. */
  at: number;
}

const attempt = kept<Attempt | null>("attempt", null);
/** A page that is opened later than this does not go on by itself: whoever asked has gone. */
const FRESH_MS = 30 * 60_000;
const opened = Date.now();

/** What waits for its answer, as long as somebody may wait for it, too. */
export const unanswered = computed(() =>
  attempt.value && opened - attempt.value.at < FRESH_MS ? attempt.value : null
);

/**
 * Somebody asks for a board: under the same key until there is an answer, over reloads too, so that
 * asking twice makes one board. Another request is another wish and gets a key of its own.
 */
export function ask(request: BoardRequest): void {
  const before = attempt.peek();
  const again = JSON.stringify(before?.request) === JSON.stringify(request);
  attempt.value = { key: again ? before!.key : crypto.randomUUID(), request, at: Date.now() };
}

/** The answer is here, or nobody waits for one any more. */
export const settle = () => attempt.value = null;
