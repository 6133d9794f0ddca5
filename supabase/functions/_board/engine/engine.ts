import type { Renderer } from "./takumi.d.ts";
import { fromBase64, unbrotli } from "./unpack.ts";

let starting: Promise<Renderer> | undefined;

/**
 * Starts the drawing engine, Takumi, once for the isolate: the first call costs about 60 ms of CPU,
 * callers that arrive meanwhile wait for the same start, and the next call tries a failed start again.
 * The wasm (1.3 MB in Brotli, 4 MB unpacked) is imported here and not at the top, so that a request which
 * draws nothing does not pay for it.
 */
export function startEngine(): Promise<Renderer> {
  starting ??= start().catch((error) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function start(): Promise<Renderer> {
  const [glue, wasm] = await Promise.all([
    import("../assets/takumi.js"),
    import("../assets/takumi_wasm.ts"),
  ]);
  const { default: init, Renderer }: typeof import("./takumi.d.ts") = glue;
  await init({ module_or_path: unbrotli(fromBase64(wasm.default as string)) });
  return new Renderer();
}
