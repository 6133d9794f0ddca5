import { type Timing, timing } from "./timing.ts";

/** Everything that touches the world is handed in through this, so that tests need no patching. */
export interface World {
  /** An environment variable, or undefined. */
  env(name: string): string | undefined;
  /** One line of log output. */
  log(line: string): void;
  /** Now, in milliseconds. */
  now(): number;
  /** How long things may take; tests are in more of a hurry. */
  timing: Timing;
}

/** The real world of an edge function. */
export const world: World = {
  env: (name) => Deno.env.get(name),
  log: (line) => console.log(line),
  now: () => Date.now(),
  timing,
};
