import type { World } from "./world.ts";

/**
 * One JSON line for each thing that happens. Fields are ids, codes, counts and milliseconds: never
 * goals, names, addresses, keys, URLs or an error's own text, which may carry any of these.
 */
export type Log = (
  event: string,
  fields?: Record<string, string | number | boolean | null>,
) => void;

/** The log of one function. `fn` is the function's name. */
export function logger(world: Pick<World, "log" | "now">, fn: string): Log {
  return (event, fields = {}) =>
    world.log(JSON.stringify({ at: new Date(world.now()).toISOString(), fn, event, ...fields }));
}
