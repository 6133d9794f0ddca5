import { z } from "zod";
import { readVariables, text, url } from "../_shared/variables.ts";
import type { World } from "../_shared/deps.ts";

/** Where a board's pictures come from, and what that needs. */
export type PicturesConfig =
  | { readonly source: "illustrated" }
  | { readonly source: "stock"; readonly key: string; readonly url: string }
  | {
    readonly source: "ai";
    readonly provider: "openai" | "google";
    /** As the provider names it. */
    readonly model: string;
    readonly key: string;
    /** Of the provider's API, with its version. No slash at the end. */
    readonly url: string;
  };

/** A header's value: anything else would fail in each request, with an error that quotes it. */
const key = text.refine((value) => /^[\x21-\x7e]+$/.test(value), {
  error: "must be one line of ASCII without spaces",
});

/** An API that gets a key: nobody on the way may read it. Docker's name is the same machine's, too. */
const keptUrl = url.refine(
  (value) =>
    /^https:|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(?=[:/]|$)/.test(
      value,
    ),
  { error: "must be a URL that starts with https://" },
);

const which = z.object({
  BOARD_PICTURES: z.enum(["illustrated", "stock", "ai"], {
    error: "must be illustrated, stock or ai",
  }).default("illustrated"),
});
const stock = z.object({
  PEXELS_API_KEY: key,
  PEXELS_URL: keptUrl.default("https://api.pexels.com"),
});
const ai = z.object({
  // Of Google's image models the AI SDK knows Gemini's alone.
  IMAGE_MODEL: text.refine((value) => /^(?:openai:|google:gemini-)[\w./:@-]{1,100}$/.test(value), {
    error: "must be a model like openai:gpt-image-1 or google:gemini-2.5-flash-image",
  }),
});
const openai = z.object({
  OPENAI_API_KEY: key,
  OPENAI_BASE_URL: keptUrl.default("https://api.openai.com/v1"),
});
const google = z.object({ GOOGLE_GENERATIVE_AI_API_KEY: key });

/** The names of all variables that may be read. */
export const pictureVariables: readonly string[] = [which, stock, ai, openai, google]
  .flatMap((schema) => Object.keys(schema.shape));

/**
 * Reads what the chosen source needs; the others' variables are not looked at.
 * @throws ConfigError for the first variable that is missing or malformed
 */
export function readPictures(world: Pick<World, "env">): PicturesConfig {
  const source = readVariables(world, which).BOARD_PICTURES;
  if (source === "illustrated") return { source };
  if (source === "stock") {
    const { PEXELS_API_KEY, PEXELS_URL } = readVariables(world, stock);
    return { source, key: PEXELS_API_KEY, url: PEXELS_URL };
  }
  const id = readVariables(world, ai).IMAGE_MODEL;
  const model = id.slice(id.indexOf(":") + 1);
  if (id.startsWith("openai:")) {
    const { OPENAI_API_KEY, OPENAI_BASE_URL } = readVariables(world, openai);
    return { source, provider: "openai", model, key: OPENAI_API_KEY, url: OPENAI_BASE_URL };
  }
  return {
    source,
    provider: "google",
    model,
    key: readVariables(world, google).GOOGLE_GENERATIVE_AI_API_KEY,
    url: "https://generativelanguage.googleapis.com/v1beta",
  };
}
