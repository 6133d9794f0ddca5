import type { Photo } from "../_board/mod.ts";
import type { Log } from "../_shared/log.ts";
import type { Timing } from "../_shared/timing.ts";
import { aiSource } from "./ai.ts";
import type { PicturesConfig } from "./config.ts";
import { stockSource } from "./pexels.ts";

export interface PictureRequest {
  readonly goals: readonly string[];
  readonly theme: "light" | "dark";
  /** No attempt follows this one: what fails is illustrated, so that the person gets a board. */
  readonly last: boolean;
  /** Ends every request. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * A picture by goal, or null where the goal is to be illustrated.
 * @throws RetryableError if a later attempt may get what this one did not
 * @throws PermanentError `misconfigured`, with a message that names the variable
 */
export type PictureSource = (request: PictureRequest) => Promise<readonly (Photo | null)[]>;

/** What a source touches of the world. */
export interface Outside {
  fetch: typeof fetch;
  /** Now, in milliseconds. */
  now(): number;
  timing: Pick<Timing, "call" | "picture">;
}

/** The source that is configured. Those that are not cost nothing: no network, and no AI SDK. */
export function pictureSource(config: PicturesConfig, outside: Outside): PictureSource {
  switch (config.source) {
    case "illustrated":
      return ({ goals }) => Promise.resolve(goals.map(() => null));
    case "stock":
      return stockSource(config, outside);
    case "ai":
      return aiSource(config, outside);
  }
}
