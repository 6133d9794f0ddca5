import { decodeBase64, imageSize, MOST_PIXELS, type Photo } from "../_board/mod.ts";
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

/** Bytes of a board's pictures together: twelve PNGs of 1024×1024 are about 24 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

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
    const taken = new Map<string, Uint8Array>();
    const call = limitedFetch(deps, MAX_ANSWER);
    const options = optionsFor(
      config,
      sdk,
      async (input, init) => await takePictures(await call(input, init), taken),
    );
    const limits = { atOnce: REQUESTS_AT_ONCE[config.provider], seconds: deps.timing.picture };
    const left = { pixels: MOST_PIXELS, bytes: MOST_BYTES };
    let full = false; // then the others are illustrated, and nobody pays for them
    return await requestEach(
      request.goals,
      request,
      limits,
      async (goal, signal): Promise<Photo | null> => {
        if (full || quotable(goal) === "") return null;
        const picture = await sdk.generateImage({
          ...options,
          prompt: promptFor(goal, request.theme),
          maxRetries: 0, // QStash does the retrying
          abortSignal: signal,
        }).then(({ image }) => image.base64, (error) => {
          const picture = pictureIn(error, config, sdk, taken);
          if (picture) return picture;
          throw translateError(error, config, sdk, deps.now());
        });
        const bytes = await readPicture(taken.get(picture) ?? picture, config, deps, signal);
        taken.delete(picture);
        const { width, height } = imageSize(bytes)!;
        left.pixels -= width * height;
        left.bytes -= bytes.length;
        if (left.pixels >= 0 && left.bytes >= 0) return { bytes, credit: null };
        if (!full) request.log("pictures_too_large", { pixels: MOST_PIXELS, bytes: MOST_BYTES });
        full = true;
        return null;
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
  picture: string | Uint8Array,
  config: AiConfig,
  deps: PictureDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const isLink = typeof picture === "string" && /^https?:/i.test(picture);
  const url = isLink ? URL.parse(picture) : null;
  if (isLink && !(url && mayRead(url, config))) {
    throw new PictureRefusedError(200, `${nameOf(config)} gives links that are not https://`);
  }
  try {
    if (url) return await download(url, deps, signal);
    return checkPicture(
      typeof picture === "string" ? await decode(ascii.encode(picture)) : picture,
    );
  } catch (error) {
    if (url && !(error instanceof PictureRefusedError)) throw error; // the next download may succeed
    const kinds = "JPEG, PNG or WebP of at most 2048×2048 pixels";
    throw new PictureRefusedError(200, `${nameOf(config)} gives no ${kinds} that can be read`);
  }
}

const ascii = new TextEncoder();
const [QUOTE, COMMA, BACKSLASH] = ascii.encode('",\\') as unknown as [number, number, number];

/** Base64, perhaps as a `data:` URL. */
const decode = (text: Uint8Array): Promise<Uint8Array> =>
  decodeBase64(text[4] === 0x3a ? text.subarray(text.indexOf(COMMA) + 1) : text);

/**
 * Takes long base64 out of an answer, before it becomes a string and parts of it other strings: those of
 * twelve pictures took 100 MB until they were collected. In its place the answer has its key in `taken`.
 */
async function takePictures(
  response: Response,
  taken: Map<string, Uint8Array>,
): Promise<Response> {
  const { status, headers } = response;
  if (status !== 200) return response;
  const body = new Uint8Array(await response.arrayBuffer());
  const left: Uint8Array<ArrayBuffer>[] = [];
  let copied = 0;
  for (let from = body.indexOf(QUOTE), to; from >= 0; from = to) {
    to = body.indexOf(QUOTE, from + 1);
    const text = body.subarray(from + 1, Math.max(to, 0));
    const isLong = text.length > 65_536 &&
      /^[\w+/:;,-]+$/.test(String.fromCharCode(...text.subarray(0, 99)));
    if (!isLong || text.includes(BACKSLASH)) continue;
    const key = btoa(crypto.randomUUID());
    taken.set(key, await decode(text));
    left.push(body.subarray(copied, from + 1), ascii.encode(key));
    copied = to;
  }
  if (copied === 0) return new Response(body, { status, headers });
  const rest = new Blob([...left, body.subarray(copied)]);
  body.buffer.transfer(0); // frees it now, and not with the next collection of garbage
  return new Response(rest, { status, headers });
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
