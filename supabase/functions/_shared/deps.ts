import { boardStore } from "./board_store.ts";
import { qstashQueue } from "./qstash/publish.ts";
import { type Timing, timing } from "./timing.ts";

/** What handlers need from outside. They get it only from here, so that tests need no patching. */
export interface Deps {
  /** An environment variable, or undefined. */
  env(name: string): string | undefined;
  /** Writes one line of log output. */
  log(line: string): void;
  /** Now, in milliseconds. */
  now(): number;
  fetch: typeof fetch;
  /** How long things may take; tests are in more of a hurry. */
  timing: Timing;
  /** Opens the queue. */
  queue: typeof qstashQueue;
  /** Opens the bucket of the boards. */
  boardStore: typeof boardStore;
}

/** The real ones of an edge function. */
export const deps: Deps = {
  env: (name) => Deno.env.get(name),
  log: (line) => console.log(line),
  now: () => Date.now(),
  fetch: (input, init) => fetch(input, init),
  timing,
  queue: qstashQueue,
  boardStore,
};
