import { z } from "zod";
import type { AiConfig } from "../_shared/config.ts";
import {
  AnswerTooLargeError,
  misconfigured,
  PictureRefusedError,
  retryable,
  RetryableError,
  retrySeconds,
} from "../_shared/errors.ts";

type Sdk = typeof import("./ai.d.ts");

/** The parts of OpenAI's and Google's errors that decide, and of those that other servers make of them. */
const said = z.object({
  code: z.unknown().optional(),
  type: z.unknown().optional(),
  param: z.unknown().optional(),
  message: z.unknown().optional(),
  /** Google's, https://google.aip.dev/193: `reason` of an ErrorInfo, `retryDelay` of a RetryInfo. */
  status: z.unknown().optional(),
  details: z.array(
    z.object({ reason: z.unknown().optional(), retryDelay: z.unknown().optional() }),
  ).nullish().catch(null),
});
const failed = z.object({
  error: z.union([said, z.string().transform((message) => said.parse({ message }))]),
});

/** An answer of OpenAI's form that the SDK does not read: it insists on base64, and on fields of no use. */
const pictured = z.object({
  data: z.tuple([
    z.object({ url: z.string().min(1).nullish(), b64_json: z.string().min(1).nullish() }),
  ]).rest(z.unknown()),
});

/** Why Gemini gave no picture: it answers 200. */
const refusal = z.object({
  google: z.object({ finishReason: z.string() }),
});

const KEY = { openai: "OPENAI_API_KEY", google: "GOOGLE_GENERATIVE_AI_API_KEY" };

/** The variables that decide who answers. */
export const nameOf = ({ provider, url }: AiConfig): string =>
  provider === "google" || url.startsWith("https://api.openai.com/")
    ? "IMAGE_MODEL"
    : "IMAGE_MODEL or OPENAI_BASE_URL";

/** The picture of an answer that the SDK could not read: base64, a key of `taken`, a URL, or null. */
export function pictureIn(
  error: unknown,
  { url }: AiConfig,
  { APICallError }: Sdk,
  taken: ReadonlyMap<string, unknown>,
): string | null {
  if (!APICallError.isInstance(error) || error.statusCode !== 200) return null;
  const picture = pictured.safeParse(parseJson(error.responseBody)).data?.data[0];
  if (picture?.b64_json) return picture.b64_json;
  if (picture?.url && taken.has(picture.url)) return picture.url;
  return picture?.url ? URL.parse(picture.url, url)?.href ?? null : null;
}

/**
 * What an error of the AI SDK means for the job. The SDK's own `isRetryable` is wrong where an account is
 * empty and where an answer breaks off. Nothing of the error is kept: it holds the goal, perhaps the key.
 * @param now in milliseconds
 */
export function translateError(
  error: unknown,
  config: AiConfig,
  { APICallError, NoImageGeneratedError }: Sdk,
  now: number,
): unknown {
  const name = nameOf(config);
  const key = KEY[config.provider];
  const noPicture = `${name} gives no picture`;
  const wrong = (problem: string) => misconfigured("pictures", problem);
  if (NoImageGeneratedError.isInstance(error)) {
    if (config.provider === "openai") return new PictureRefusedError(200, noPicture);
    // It moderates, has something to say about this goal, or gave up on it; another goal is another matter.
    const hasReason = refusal.safeParse(error.calls?.[0]?.providerMetadata).success;
    return hasReason ? new PictureRefusedError(200) : new RetryableError(undefined, 200);
  }
  if (Object(error).name === "InvalidCharacterError") {
    return new PictureRefusedError(200, noPicture); // no base64
  }
  if (error instanceof AnswerTooLargeError || Object(error).cause instanceof AnswerTooLargeError) {
    return new PictureRefusedError(200, `${name} gives pictures that are too large`);
  }
  if (!APICallError.isInstance(error)) return error; // timeouts and aborts
  const body = parseJson(error.responseBody);
  const answer = failed.safeParse(Array.isArray(body) ? body[0] : body).data?.error;
  if (error.statusCode === 200) {
    if (body === null) return new RetryableError(undefined, 200); // none, cut short, or a page
    if (!answer && "data" in Object(body)) return new PictureRefusedError(200, noPicture);
    if (!answer) return wrong(`${name} does not answer as its API should`);
  }
  const { code, type, param, message, details } = answer ?? {};
  const status = error.statusCode === 200 && /^[45]\d\d$/.test(String(code))
    ? Number(code)
    : error.statusCode;
  const codes = [code, type, answer?.status, ...(details ?? []).map(({ reason }) => reason)]
    .map(String);
  const words = [...codes, String(message)].join(" ");

  if (codes.some(isModeration) || /safety system|moderation|content (policy|filter)/i.test(words)) {
    return new PictureRefusedError(status);
  }
  if (
    /FAILED_PRECONDITION|billed|enable billing|unsupported_country|location is not/i.test(words)
  ) {
    return wrong(`${key} needs billing, or is not served in this region`);
  }
  // Google's plans without pictures have a quota of 0, and say when to try again
  if (
    codes.some((code) => /^(insufficient_|billing_)/.test(code)) || status === 402 ||
    /\blimit: 0\b/.test(words)
  ) {
    return wrong(`the account of ${key} has no quota left`);
  }
  if (status === 401 || status === 403 || /API_KEY_INVALID|invalid_api_key/.test(words)) {
    return wrong(`${key} was refused`);
  }
  if (status === 404 || status === 405 || param === "model" || codes.includes("model_not_found")) {
    return wrong(`${name} was not found`);
  }
  const passing = status === undefined || status < 400 || status >= 500 ||
    [408, 409, 425, 429].includes(status);
  const isOption = typeof param === "string" && !["", "prompt"].includes(param);
  if (!passing && (isOption || codes.some((code) => /^(unknown|unsupported)_/.test(code)))) {
    return wrong(`${name} does not take an option that is always sent`);
  }
  const isBusy = /rate.?limit|overload|unavailable|timeout|server_error|busy/i.test(words);
  if (!passing || status === 200 && !isBusy) {
    return new PictureRefusedError(status, `${name} refused every goal with status ${status}`);
  }
  const delay = (details ?? []).map(({ retryDelay }) => parseFloat(String(retryDelay)))
    .find((s) => s >= 0);
  return delay === undefined
    ? retryable(status, new Headers(error.responseHeaders), now)
    : new RetryableError(retrySeconds(delay), status);
}

/** `moderation_blocked`, `content_policy_violation`, `IMAGE_SAFETY`, `PROHIBITED_CONTENT` and their like. */
const isModeration = (code: string) =>
  /moderation|content_?(policy|filter)|safety|unsafe|nsfw|sensitive|prohibited|blocklist/i.test(
    code,
  ) ||
  /spii|recitation|jailbreak|model_armor|responsible_?ai/i.test(code);

function parseJson(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
