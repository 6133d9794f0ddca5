import type { Photo } from "../_board/mod.ts";
import { kindOf } from "../_shared/log.ts";
import { pictureSource } from "../_pictures/source.ts";
import type { Draw } from "./handler.ts";

/**
 * Drawing, with the pictures of the configured source. Those that the engine cannot decode, although they
 * begin as pictures do, cost the board its pictures and not the person their board.
 */
export const withPictures = (draw: Draw): Draw => async (board, attempt) => {
  const { config, last, signal, log, now, timing } = attempt;
  const started = now();
  const source = pictureSource(config.pictures, { fetch, now, timing });
  const photos: readonly (Photo | null)[] = await source({
    goals: board.goals,
    theme: board.theme,
    last,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timing.pictures * 1000)]),
    log,
  });
  signal.throwIfAborted(); // nobody waits for the board any more
  const had = photos.filter((photo) => photo !== null).length;
  if (config.pictures.source === "illustrated") return await draw(board, attempt);
  log("pictures_had", {
    source: config.pictures.source,
    had,
    of: photos.length,
    ms: now() - started,
  });
  try {
    return await draw({ ...board, photos }, attempt);
  } catch (error) {
    if (had === 0) throw error;
    log("pictures_not_drawn", { error: kindOf(error) });
    return await draw(board, attempt);
  }
};
