import type { Photo } from "../_board/mod.ts";
import { translated } from "./ai_errors.ts";
import type { PicturesConfig } from "./config.ts";
import { bounded, MOST_BYTES } from "./download.ts";
import { each } from "./each.ts";
import { checked } from "./image.ts";
import { promptFor, quotable } from "./prompt.ts";
import type { Outside, PictureSource } from "./source.ts";

export type AiConfig = Extract<PicturesConfig, { source: "ai" }>;

/**
 * Twelve goals are two rounds of OpenAI: with fewer at once they would not fit into `timing.pictures`.
 * Gemini is faster, and its answers are PNGs of 2 MB in base64 in JSON: twelve at once took 150 MB.
 */
const AT_ONCE = { openai: 6, google: 3 };

/** An answer is JSON with the picture in base64. */
const MOST_ANSWER = MOST_BYTES * 4 / 3 + 64 * 1024;

/**
 * A picture made for each goal by OpenAI's or Google's image models, or by any server that speaks
 * OpenAI's protocol. One request a goal and attempt: an attempt that fails has paid for what it got.
 */
export function aiSource(config: AiConfig, outside: Outside): PictureSource {
  return async (request) => {
    // Here, because only who asks for pictures shall pay for the import: 0.16 MB of source.
    const sdk = await import("./assets/ai.js");
    const options = optionsFor(config, sdk, bounded(outside, MOST_ANSWER));
    const limits = { atOnce: AT_ONCE[config.provider], seconds: outside.timing.picture };
    return await each(
      request.goals,
      request,
      limits,
      async (goal, signal): Promise<Photo | null> => {
        if (quotable(goal) === "") return null;
        const { image } = await sdk.generateImage({
          ...options,
          prompt: promptFor(goal, request.theme),
          maxRetries: 0, // QStash's are ours
          abortSignal: signal,
        }).catch((error) => {
          throw translated(error, config, sdk, outside.now());
        });
        return { bytes: checked(image.uint8Array), credit: null };
      },
    );
  };
}

/** The model, and what it has to be told. Options of another class of models are a 400. */
function optionsFor(
  { provider, model, key, url }: AiConfig,
  sdk: typeof import("./ai.d.ts"),
  fetch: typeof globalThis.fetch,
) {
  if (provider === "google") {
    return {
      model: new sdk.GoogleImageModel(model, {}, {
        provider,
        baseURL: url,
        headers: () => ({ "x-goog-api-key": key }),
        fetch,
      }),
      aspectRatio: "1:1",
    } as const;
  }
  return {
    model: new sdk.OpenAIImageModel(model, {
      provider,
      url: ({ path }) => url + path,
      headers: () => ({ Authorization: `Bearer ${key}` }),
      fetch,
    }),
    size: "1024x1024",
    // The cheapest and fastest: a tile is 300 to 1000 pixels wide. A PNG would be ten times as large.
    ...(/^(?:chatgpt|gpt)-image/.test(model) && {
      providerOptions: { openai: { quality: "low", outputFormat: "jpeg", outputCompression: 85 } },
    }),
  } as const;
}
