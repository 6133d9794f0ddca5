import { z } from "zod";
import type { AiConfig } from "../_shared/config.ts";
import { misconfigured, PictureRefusedError, RetryableError } from "../_shared/errors.ts";
import { retryable, retrySeconds } from "./requests.ts";

/** The parts of OpenAI's and Google's error bodies that decide. */
const body = z.object({
  error: z.object({
    code: z.unknown().optional(),
    type: z.unknown().optional(),
    param: z.unknown().optional(),
    /** Google's, https://google.aip.dev/193: `reason` of an ErrorInfo, `retryDelay` of a RetryInfo. */
    details: z.array(
      z.object({ reason: z.unknown().optional(), retryDelay: z.unknown().optional() }),
    ).nullish(),
  }),
});

/** Gemini's refusal: it answers 200. */
const refusal = z.object({
  google: z.object({ finishReason: z.string().nullish() }),
});

const KEY = { openai: "OPENAI_API_KEY", google: "GOOGLE_GENERATIVE_AI_API_KEY" };

/**
 * What an error of the AI SDK means for the job. The SDK's own `isRetryable` is wrong where an account is
 * empty and where an answer breaks off. Nothing of the error is kept: it holds the goal, perhaps the key.
 * @param now in milliseconds
 */
export function translateError(
  error: unknown,
  { provider, url }: AiConfig,
  { APICallError, NoImageGeneratedError }: typeof import("./ai.d.ts"),
  now: number,
): unknown {
  if (NoImageGeneratedError.isInstance(error)) {
    const reason = refusal.safeParse(error.calls?.[0]?.providerMetadata).data?.google.finishReason;
    return isModeration(reason) ? new PictureRefusedError(200) : new RetryableError(undefined, 200);
  }
  if (!APICallError.isInstance(error)) return error; // timeouts and aborts
  const status = error.statusCode;
  const said = body.safeParse(error.data).data?.error;
  const details = said?.details ?? [];
  const codes = [said?.code, said?.type, ...details.map(({ reason }) => reason)];

  if (codes.some(isModeration)) return new PictureRefusedError(status);
  if (codes.some((code) => /^(insufficient_quota|billing_)/.test(String(code))) || status === 402) {
    return misconfigured("pictures", `the account of ${KEY[provider]} has no quota left`);
  }
  if (status === 401 || status === 403 || codes.includes("API_KEY_INVALID")) {
    return misconfigured("pictures", `${KEY[provider]} was refused`);
  }
  if (status === 404 || status === 405 || said?.param === "model") {
    const ours = url.startsWith("https://api.openai.com/") || provider === "google";
    return misconfigured(
      "pictures",
      `${ours ? "IMAGE_MODEL" : "IMAGE_MODEL or OPENAI_BASE_URL"} was not found`,
    );
  }
  // a 2xx or 3xx that arrives here could not be read
  const passing = status === undefined || status < 400 || status >= 500 ||
    [408, 409, 425, 429].includes(status);
  if (!passing) return new PictureRefusedError(status);
  const delay = details.map(({ retryDelay }) => parseFloat(String(retryDelay))).find((s) => s >= 0);
  return delay === undefined
    ? retryable(status, new Headers(error.responseHeaders), now)
    : new RetryableError(retrySeconds(delay), status);
}

/** `moderation_blocked`, `content_policy_violation`, `IMAGE_SAFETY`, `PROHIBITED_CONTENT` and their like. */
const isModeration = (code: unknown) =>
  /moderation|content_(policy|filter)|safety|prohibited|blocklist|spii|recitation|jailbreak|model_armor/i
    .test(String(code));
