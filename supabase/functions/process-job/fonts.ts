import { type KeptFonts, loadFontPacks } from "../_shared/board_fonts.ts";
import { type Packs, packsFor } from "../_board/mod.ts";
import { kindOf } from "../_shared/log.ts";
import type { Attempt, Draw } from "./handler.ts";

/**
 * Drawing, with the fonts of Chinese, Japanese and Korean where a board needs them. Words without a font
 * are left out; so a bucket that was never filled makes a board without them and says so in the log, while
 * Storage that does not answer fails the attempt, all but the last.
 */
export const withFonts = (draw: Draw): Draw => {
  const kept: KeptFonts = new Map();
  return async (board, attempt) => {
    const wanted = packsFor(board);
    if (wanted.length === 0) return await draw(board, attempt);
    return await draw({ ...board, packs: await load(wanted, attempt) }, attempt);
  };

  async function load(
    wanted: ReturnType<typeof packsFor>,
    { supabase, last, log }: Attempt,
  ): Promise<Packs> {
    try {
      const { packs, missing } = await loadFontPacks(supabase.supabaseAdmin, wanted, kept);
      if (missing.length > 0) {
        log("fonts_missing", { packs: missing.join(" "), help: "supabase seed buckets --remote" });
      }
      return packs;
    } catch (error) {
      if (!last) throw error;
      log("fonts_failed", { error: kindOf(error) });
      return {};
    }
  }
};
