import type { PicturesConfig } from "../_shared/config.ts";
import { aiSource } from "./ai.ts";
import { pexelsSource } from "./pexels.ts";
import type { PictureDeps, PictureSource } from "./types.ts";

/**
 * The picture source that is configured, or null where goals are illustrated. Those that are not
 * configured cost nothing: no network, and no AI SDK.
 */
export function pictureSource(config: PicturesConfig, deps: PictureDeps): PictureSource | null {
  switch (config.source) {
    case "illustrated":
      return null;
    case "stock":
      return pexelsSource(config, deps);
    case "ai":
      return aiSource(config, deps);
  }
}
