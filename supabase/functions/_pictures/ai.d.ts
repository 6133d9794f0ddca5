/**
 * The part of the Vercel AI SDK that pictures need (`ai` 7, `@ai-sdk/openai` 4, `@ai-sdk/google` 4), typed
 * as far as it is used. https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-image
 */

interface ImageModel {
  readonly modelId: string;
}

export declare class OpenAIImageModel implements ImageModel {
  readonly modelId: string;
  constructor(modelId: string, config: {
    provider: string;
    url: (options: { path: string }) => string;
    headers: () => Record<string, string>;
    fetch: typeof fetch;
  });
}

export declare class GoogleImageModel implements ImageModel {
  readonly modelId: string;
  constructor(modelId: string, settings: Record<never, never>, config: {
    provider: string;
    baseURL: string;
    headers: () => Record<string, string>;
    fetch: typeof fetch;
  });
}

/** @throws APICallError, NoImageGeneratedError, or what the signal was aborted with */
export declare function generateImage(options: {
  model: ImageModel;
  prompt: string;
  size?: `${number}x${number}`;
  aspectRatio?: `${number}:${number}`;
  providerOptions?: Record<string, Record<string, string | number>>;
  /** 2 if it is left out. */
  maxRetries: number;
  abortSignal: AbortSignal;
  /** The picture as it was answered. */
}): Promise<{ image: { readonly base64: string } }>;

/** An answer that is none, or that is an error. `requestBodyValues` holds the prompt: never pass it on. */
export declare class APICallError extends Error {
  static isInstance(error: unknown): error is APICallError;
  /** Also where the answer was 200 and could not be read; undefined where there was none. */
  readonly statusCode?: number;
  readonly responseHeaders?: Record<string, string>;
  readonly responseBody?: string;
  readonly cause?: unknown;
}

/** The answer was fine and had no picture in it. */
export declare class NoImageGeneratedError extends Error {
  static isInstance(error: unknown): error is NoImageGeneratedError;
  readonly calls?: readonly { readonly providerMetadata?: unknown }[];
}
