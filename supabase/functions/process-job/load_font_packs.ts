import type { Pack, Packs } from "../_board/mod.ts";
import type { Context } from "../_shared/endpoint.ts";
import { StorageError } from "../_shared/errors.ts";
import { kindOf } from "../_shared/log.ts";

/** The fonts of Chinese, Japanese and Korean: too large to deploy with the function. */
const BUCKET = "board-fonts";

type Admin = Context["supabase"]["supabaseAdmin"];

/**
 * Reads font packs from their bucket, each once for the life of the isolate: 1 MB each, at most four.
 * The words of a pack that is missing are left out of the board, and the log says so. Storage that does not
 * answer fails the attempt, unless it is the last.
 */
export function fontPackLoader() {
  const kept = new Map<Pack, Uint8Array>();
  return async (
    wanted: readonly Pack[],
    { context, last }: { context: Context; last: boolean },
  ): Promise<Packs> => {
    const { supabase, log } = context;
    const packs: Partial<Record<Pack, Uint8Array>> = {};
    const missing: Pack[] = [];
    try {
      await Promise.all(wanted.map(async (pack) => {
        const bytes = kept.get(pack) ?? await readFontPack(supabase.supabaseAdmin, pack);
        if (!bytes) return missing.push(pack);
        kept.set(pack, bytes);
        packs[pack] = bytes;
      }));
    } catch (error) {
      if (!last) throw error;
      log("fonts_failed", { error: kindOf(error) });
      return {};
    }
    if (missing.length > 0) {
      log("fonts_missing", { packs: missing.join(" "), help: "supabase seed buckets --remote" });
    }
    return packs;
  };
}

/** @returns null if the bucket does not have it */
async function readFontPack(admin: Admin, pack: Pack): Promise<Uint8Array | null> {
  const { data, error } = await admin.storage.from(BUCKET).download(`${pack}.fonts`);
  if (error) {
    if (isMissing(error)) return null;
    throw new StorageError("send a font", error as { status?: number });
  }
  const bytes = new Uint8Array(await data.arrayBuffer());
  const isFont = new TextDecoder().decode(bytes.subarray(0, 4)) === "FONT";
  if (!isFont) throw new StorageError("send a font");
  return bytes;
}

/**
 * Storage says 400 with 404 in the body for what is not there, newer ones 404.
 * https://supabase.com/docs/guides/storage/debugging/error-codes
 */
const isMissing = (error: object) =>
  ("statusCode" in error && String(error.statusCode) === "404") ||
  ("status" in error && error.status === 404);
