import { assetsFor, type Board, type BoardInput, type drawBoard } from "../_board/mod.ts";
import { pictureSource } from "../_pictures/mod.ts";
import { cleanText } from "../_shared/contract.ts";
import type { Deps } from "../_shared/deps.ts";
import type { Context } from "../_shared/endpoint.ts";
import { PermanentError } from "../_shared/errors.ts";
import type { ClaimedJob } from "../_shared/jobs.ts";
import { assetLoader } from "./load_assets.ts";

export interface ProcessDeps extends Deps {
  drawBoard: typeof drawBoard;
}

/** The attempt that a board is made for. */
export interface BoardAttempt {
  /** Its log lines carry the job's id and the attempt's number. */
  context: Context;
  /** If this attempt fails, so does the job. */
  last: boolean;
  /** Aborted when the attempt has failed: its time may be over. */
  signal: AbortSignal;
}

export type MakeBoard = (job: ClaimedJob, attempt: BoardAttempt) => Promise<Board>;

/**
 * Makes boards: loads assets, finds photos, draws. Assets are kept for the isolate's next boards.
 * Throws RetryableError or PermanentError, or whatever failed, which counts as retryable.
 */
export function boardMaker({ drawBoard }: ProcessDeps): MakeBoard {
  const loadAssets = assetLoader();
  return async (claimed, attempt) => {
    const job = visibleTexts(claimed);
    const { goals, name, rank_tag, theme, created_at } = job;
    const { config, log } = attempt.context;
    const assets = await loadAssets(await assetsFor(job), attempt);
    const date = new Date(created_at);
    const photos = await findPhotos(job, attempt);
    attempt.signal.throwIfAborted(); // nobody waits for the board any more
    const size = config.boardSize;
    const board = await drawBoard({ goals, name, rank_tag, theme, date, size, assets, photos });
    if (board.unreadable > 0) log("photos_not_drawn", { count: board.unreadable });
    return board;
  };
}

/**
 * The job with its texts as create-job would have taken them. Whoever writes rows with the service role may
 * give goals that draw as nothing: they get no tile.
 * @throws PermanentError if no goal is left
 */
function visibleTexts(job: ClaimedJob): ClaimedJob {
  const goals = job.goals.map(cleanText).filter((goal) => goal !== "");
  if (goals.length === 0) throw new PermanentError("validation_failed", "A goal cannot be empty.");
  const [name, rank_tag] = [job.name, job.rank_tag].map((text) => cleanText(text ?? "") || null);
  return { ...job, goals, name: name!, rank_tag: rank_tag! };
}

/** A photo for each goal from the configured source, null where it gave none; no photos without a source. */
async function findPhotos(
  { goals, theme }: ClaimedJob,
  { context, last, signal }: BoardAttempt,
): Promise<NonNullable<BoardInput["photos"]>> {
  const { config, log, now, timing } = context;
  const source = pictureSource(config.pictures, context);
  if (!source) return [];
  const started = now();
  const deadline = AbortSignal.timeout(timing.pictures * 1000);
  const limited = AbortSignal.any([signal, deadline]);
  const photos = await source({ goals, theme, last, signal: limited, log });
  const found = photos.filter((photo) => photo !== null).length;
  log("photos_found", {
    source: config.pictures.source,
    found,
    of: photos.length,
    ms: now() - started,
  });
  return photos;
}
