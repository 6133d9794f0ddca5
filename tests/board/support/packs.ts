import type { Pack, Packs } from "../../../supabase/functions/_board/fonts.ts";
import { packsFor, type Texts } from "../../../supabase/functions/_board/packs.ts";

/** A pack's file, as it is committed. */
export const packFile = (pack: Pack): Uint8Array =>
  Deno.readFileSync(new URL(`../../../supabase/board-fonts/${pack}.woff2`, import.meta.url));

/** The packs that a board needs. */
export const packsOf = (texts: Texts): Packs =>
  Object.fromEntries(packsFor(texts).map((pack) => [pack, packFile(pack)]));
