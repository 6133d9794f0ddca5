import type { SupabaseClient } from "@supabase/supabase-js";
import type { Pack } from "../_board/mod.ts";
import { StorageError } from "./board_store.ts";

/** Font files by pack, kept as long as the isolate lives: 1 MB each, at most four. */
export type KeptFonts = Map<Pack, Uint8Array>;

/** What could be had of the packs that a board needs. */
export interface FoundFonts {
  packs: Partial<Record<Pack, Uint8Array>>;
  /** Those that are not in the bucket: `supabase seed buckets` was not run. */
  missing: Pack[];
}

/**
 * Reads font packs from the bucket `board-fonts`.
 *
 * @param kept what was read before; is added to
 * @throws {StorageError} if Storage does not answer, or with something that is no font
 */
export async function loadFontPacks(
  admin: SupabaseClient,
  wanted: readonly Pack[],
  kept: KeptFonts,
): Promise<FoundFonts> {
  const bucket = admin.storage.from("board-fonts");
  const found: FoundFonts = { packs: {}, missing: [] };
  await Promise.all(wanted.map(async (pack) => {
    const bytes = kept.get(pack) ?? await read(pack);
    if (!bytes) return found.missing.push(pack);
    kept.set(pack, bytes);
    found.packs[pack] = bytes;
  }));
  return found;

  async function read(pack: Pack): Promise<Uint8Array | null> {
    const { data, error } = await bucket.download(`${pack}.woff2`);
    if (error) {
      if (isMissing(error)) return null;
      throw new StorageError("send a font", error as { status?: number });
    }
    const bytes = new Uint8Array(await data.arrayBuffer());
    if (new TextDecoder().decode(bytes.subarray(0, 4)) !== "wOF2") {
      throw new StorageError("send a font", {});
    }
    return bytes;
  }
}

/** Storage says 400 with 404 in the body for what is not there, newer ones 404: https://supabase.com/docs/guides/storage/debugging/error-codes */
const isMissing = (error: object) =>
  ("statusCode" in error && String(error.statusCode) === "404") ||
  ("status" in error && error.status === 404);
