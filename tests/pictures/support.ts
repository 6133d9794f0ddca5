/** A server that stands in for a picture's provider, on loopback, and pictures as providers send them. */
import type { Photo } from "../../supabase/functions/_board/compose.ts";
import type { PicturesConfig } from "../../supabase/functions/_pictures/config.ts";
import { type PictureRequest, pictureSource } from "../../supabase/functions/_pictures/source.ts";
import { PermanentError, RetryableError } from "../../supabase/functions/_shared/errors.ts";
import { type FakeServer, startFakeServer } from "../support/fake_server.ts";

/** What must not be in any log or error. */
export const KEY = "sk-a-secret-key-of-somebody";

/** Starts the server before the file's first test and stops it after the last. */
export function useOutside(usually: Parameters<typeof startFakeServer>[0]): FakeServer {
  const outside = startFakeServer(usually);
  Deno.test.beforeEach(() => {
    outside.requests.length = 0;
    outside.answer = () => undefined;
  });
  Deno.test.afterAll(() => outside.stop());
  return outside;
}

/** Sockets of a server that outlives the test are not this test's leak. */
export const test = (name: string, fn: () => Promise<void> | void) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });

/** What came of asking a source, in a form that tests compare. */
export interface Asked {
  /** By goal. */
  photos: readonly (Photo | null)[];
  /** `later`, with the seconds if it says when; or the message of a failure for good; or null. */
  failure: string | null;
  lines: string[];
}

/** Asks a source. `patience` is for each request, in seconds: short only where it is to run out. */
export async function ask(
  config: PicturesConfig,
  request: Partial<PictureRequest> = {},
  patience = 10,
  reach: typeof fetch = fetch,
): Promise<Asked> {
  const lines: string[] = [];
  const source = pictureSource(config, {
    fetch: reach,
    now: Date.now,
    timing: { call: patience, picture: patience },
  });
  try {
    const photos = await source({
      goals: ["Learn to swim"],
      theme: "light",
      last: false,
      signal: new AbortController().signal,
      log: (event, fields) => lines.push(JSON.stringify({ event, ...fields })),
      ...request,
    });
    return { photos, failure: null, lines };
  } catch (error) {
    return { photos: [], failure: failureOf(error), lines };
  }
}

function failureOf(error: unknown): string {
  if (error instanceof RetryableError) {
    return error.seconds === undefined ? "later" : `later: ${error.seconds} s`;
  }
  if (error instanceof PermanentError) {
    return `${error.failure.code}: ${error.failure.message}`;
  }
  throw error;
}

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

/** How many requests a handler holds at the same time, at most; each for a while. */
export function crowd(answer: () => Response, ms = 10) {
  let [now, most] = [0, 0];
  return {
    most: () => most,
    async answer(): Promise<Response> {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, ms));
      now--;
      return answer();
    },
  };
}
