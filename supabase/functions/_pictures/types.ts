import type { Photo } from "../_board/mod.ts";
import type { Theme } from "../_shared/contract.ts";
import type { Deps } from "../_shared/deps.ts";
import type { Log } from "../_shared/log.ts";

/** The photos that one attempt at a board asks for. */
export interface PictureRequest {
  readonly goals: readonly string[];
  readonly theme: Theme;
  /** No attempt follows this one: what fails is illustrated, so that the person gets a board. */
  readonly last: boolean;
  /** Aborts every request. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * A photo for each goal, or null where the goal is to be illustrated.
 * @throws RetryableError if a later attempt may get what this one did not
 * @throws PermanentError `misconfigured`, with a message that names the variable
 */
export type PictureSource = (request: PictureRequest) => Promise<readonly (Photo | null)[]>;

/** What a source needs from outside. */
export type PictureDeps = Pick<Deps, "fetch" | "now" | "timing">;
