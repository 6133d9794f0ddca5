/** How much of a random test runs: a seeded part in `npm test`, all in `npm run test:faults`. */
import { createHash } from "node:crypto";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Whether everything runs. */
const full = Deno.env.get("CAMPAIGN") === "full";

/** What every random choice is made from; the same seed gives the same choices. */
export const seed = Number(Deno.env.get("SEED") ?? 1);

/** How many in `npm test`, and in the full campaign. */
export const many = (short: number, all: number): number => full ? all : short;

/**
 * Leaves figures for the summary of `npm run test:faults` and the docs' tables.
 * @param table the name of the docs' table, e.g. `kills`
 */
export async function report(table: string, rows: Record<string, string | number>[]) {
  const directory = Deno.env.get("CAMPAIGN_REPORT");
  if (directory) await Deno.writeTextFile(`${directory}/${table}.json`, JSON.stringify(rows));
}

/**
 * A source of random numbers from 0 to 1, the same ones for the same words. Every choice draws from a
 * source of its own, named after what it decides, so that the order of events changes no choice.
 */
export function random(...words: (string | number)[]): () => number {
  const hash = createHash("sha256").update([seed, ...words].join(" ")).digest();
  const generator = xoroshiro128plus(hash.readInt32LE());
  return () => uniformInt(generator, 0, 0x7fffffff) / 0x80000000;
}
