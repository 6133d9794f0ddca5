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
  /** Calls back when the platform is about to end this isolate, which then has little time left. */
  onUnload(run: () => void): void;
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
  // https://supabase.com/docs/guides/functions/background-tasks
  onUnload: (run) => addEventListener("beforeunload", run),
  timing,
  queue: qstashQueue,
  boardStore,
};
