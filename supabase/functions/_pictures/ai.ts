import { fromBase64, type Photo } from "../_board/mod.ts";
import { type AiConfig, isSecureUrl } from "../_shared/config.ts";
import { PictureRefusedError } from "../_shared/errors.ts";
import { nameOf, pictureIn, translateError } from "./ai_errors.ts";
import { promptFor, quotable } from "./ai_prompt.ts";
import {
  checkPicture,
  download,
  limitedFetch,
  MAX_PICTURE_BYTES,
  requestEach,
} from "./requests.ts";
import type { PictureDeps, PictureSource } from "./types.ts";

/**
 * Twelve goals are two rounds of OpenAI: with fewer at once they would not fit into `timing.pictures`.
 * Gemini is faster, and its answers are PNGs of 2 MB in base64 in JSON: twelve at once took 150 MB.
 */
const REQUESTS_AT_ONCE = { openai: 6, google: 3 };

/** Bytes. An answer is JSON with the picture in base64. */
const MAX_ANSWER = MAX_PICTURE_BYTES * 4 / 3 + 64 * 1024;

/**
 * A picture made for each goal by OpenAI's or Google's image models, or by any server that speaks
 * OpenAI's protocol. One request for each goal and attempt: an attempt that fails has paid for what it got.
 */
export function aiSource(config: AiConfig, deps: PictureDeps): PictureSource {
  return async (request) => {
    // imported here, so that only boards with such pictures pay for it: 0.16 MB of source
    const sdk = await import("./assets/ai.js");
    const options = optionsFor(config, sdk, limitedFetch(deps, MAX_ANSWER));
    const limits = { atOnce: REQUESTS_AT_ONCE[config.provider], seconds: deps.timing.picture };
    return await requestEach(
      request.goals,
      request,
      limits,
      async (goal, signal): Promise<Photo | null> => {
        if (quotable(goal) === "") return null;
        const picture = await sdk.generateImage({
          ...options,
          prompt: promptFor(goal, request.theme),
          maxRetries: 0, // QStash does the retrying
          abortSignal: signal,
        }).then(({ image }) => image.base64, (error) => {
          const picture = pictureIn(error, config, sdk);
          if (picture) return picture;
          throw translateError(error, config, sdk, deps.now());
        });
        return { bytes: await readPicture(picture, config, deps, signal), credit: null };
      },
    );
  };
}

/**
 * The bytes of a picture as it was answered: base64. Servers that speak OpenAI's protocol also send a link
 * or a `data:` URL. A picture may lie on any host, so a link may lead to any, but goes without the key.
 *
 * @throws PictureRefusedError, RetryableError
 */
async function readPicture(
  picture: string,
  config: AiConfig,
  deps: PictureDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const isLink = /^https?:/i.test(picture);
  const url = isLink ? URL.parse(picture) : null;
  if (isLink && !(url && mayRead(url, config))) {
    throw new PictureRefusedError(200, `${nameOf(config)} gives links that are not https://`);
  }
  try {
    if (url) return await download(url, deps, signal);
    return checkPicture(await fromBase64(picture.replace(/^data:[^,]*,/i, "")));
  } catch (error) {
    if (url && !(error instanceof PictureRefusedError)) throw error; // the next download may succeed
    const kinds = "JPEG, PNG or WebP of at most 2048×2048 pixels";
    throw new PictureRefusedError(200, `${nameOf(config)} gives no ${kinds} that can be read`);
  }
}

/** What nobody on the way reads or changes; this machine only where the API is on it too. */
const mayRead = ({ href, protocol, username, password }: URL, config: AiConfig): boolean =>
  username === "" && password === "" && isSecureUrl(href) &&
  (protocol === "https:" || config.url.startsWith("http:"));

/** The model and its options; options of another class of models are answered 400. */
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
