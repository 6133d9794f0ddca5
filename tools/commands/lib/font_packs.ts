import type { Pack } from "../../../supabase/functions/_board/fonts.ts";

const DIRECTORY = new URL("../../../supabase/board-fonts/", import.meta.url);

/** Font packs from this repository, where the functions read them from their bucket. */
export async function fontPacks(
  packs: readonly Pack[],
): Promise<Partial<Record<Pack, Uint8Array>>> {
  return Object.fromEntries(
    await Promise.all(
      packs.map(async (pack) => [pack, await Deno.readFile(new URL(`${pack}.woff2`, DIRECTORY))]),
    ),
  );
}
