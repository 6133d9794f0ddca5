/** Asks a picture source, whose API is a server on loopback; and pictures as such APIs send them. */
import { assert } from "@std/assert";
import type { Photo } from "../../supabase/functions/_board/mod.ts";
import { pictureSource } from "../../supabase/functions/_pictures/mod.ts";
import type { PictureRequest } from "../../supabase/functions/_pictures/types.ts";
import type { AiConfig, PexelsConfig } from "../../supabase/functions/_shared/config.ts";
import { PermanentError, RetryableError } from "../../supabase/functions/_shared/errors.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { type FakeServer, startFakeServer } from "../support/fake_server.ts";

/** What must not be in any log or error. */
export const KEY = "sk-a-secret-key-of-somebody";

/** Starts the API before the file's first test and stops it after the last. */
export function useApi(usually: Parameters<typeof startFakeServer>[0]): FakeServer {
  const api = startFakeServer(usually);
  Deno.test.beforeEach(() => {
    api.requests.length = 0;
    api.answer = () => undefined;
  });
  Deno.test.afterAll(() => api.stop());
  return api;
}

/** Sockets of a server that outlives the test are not this test's leak. */
export const test = (name: string, fn: () => Promise<void> | void) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });

/** What came of asking, in a form that tests compare. */
export interface Asked {
  /** By goal. */
  photos: readonly (Photo | null)[];
  /** `later`, with the seconds if it says when; or the message of a failure for good; or null. */
  failure: string | null;
  lines: string[];
}

/**
 * Asks a source. Fails if a line or an error holds a goal, the key, or what the API said.
 * @param seconds for each request, short only where they are to run out
 */
export async function ask(
  config: PexelsConfig | AiConfig,
  request: Partial<PictureRequest> = {},
  seconds = 10,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<Asked> {
  const lines: string[] = [];
  const secret = /swim|sleep|marathon|goal number|secret|elsewhere|zzForeign/i;
  const findPictures = pictureSource(config, {
    fetch,
    now: Date.now,
    timing: { ...timing, call: seconds, picture: seconds },
  })!;
  try {
    const photos = await findPictures({
      goals: ["Learn to swim"],
      theme: "light",
      last: false,
      signal: new AbortController().signal,
      log(event, fields) {
        const line = JSON.stringify({ event, ...fields });
        assert(!secret.test(line), line);
        lines.push(line);
      },
      ...request,
    });
    return { photos, failure: null, lines };
  } catch (error) {
    const failed = error instanceof PermanentError || error instanceof RetryableError;
    if (!failed || error.cause || secret.test(Deno.inspect(error))) throw error;
    return { photos: [], failure: describe(error), lines };
  }
}

function describe(error: PermanentError | RetryableError): string {
  if (error instanceof PermanentError) return `${error.code}: ${error.message}`;
  return error.seconds === undefined ? "later" : `later: ${error.seconds} s`;
}

/** The failure of a job that only the operator can help. */
export const misconfigured = (problem: string) =>
  `misconfigured: The pictures of this service are misconfigured: ${problem}. ` +
  "Please tell whoever runs it; your goals are fine.";

/** The beginning of a JPEG of that size, behind a segment as cameras write it. */
export const jpeg = (width = 1024, height = 1024): Uint8Array<ArrayBuffer> =>
  new Uint8Array([
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 16, ...new Array(14).fill(0)],
    ...[0xff, 0xff, 0xc2, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255],
    ...new Array(12).fill(1),
  ]);

export const png = (width: number, height: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
};

export const webp = (kind: string, at: number, ...size: number[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(64);
  bytes.set(new TextEncoder().encode(`RIFF....WEBPVP8${kind}`));
  bytes.set(size, at);
  return bytes;
};

/** Answers slowly, and counts how many requests run at the same time. */
export function countRunning(answer: () => Response) {
  let [now, most] = [0, 0];
  return {
    most: () => most,
    async answer(): Promise<Response> {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 10));
      now--;
      return answer();
    },
  };
}
