import type { Pack, Packs } from "../../../supabase/functions/_board/mod.ts";

/** Font packs from this repository, which the functions read from their bucket. */
export const readFontPacks = (packs: readonly Pack[]): Packs =>
  Object.fromEntries(packs.map((pack) => [
    pack,
    Deno.readFileSync(new URL(`../../../supabase/board-fonts/${pack}.fonts`, import.meta.url)),
  ]));
