// @ts-types="./takumi.d.ts"
import init, { Renderer } from "@takumi-rs/wasm";
import { fromBase64 } from "./base64.ts";

let starting: Promise<Renderer> | undefined;

/**
 * The drawing engine, Takumi, one for the isolate: the first call costs about 100 ms of CPU, callers that
 * arrive meanwhile wait for the same start, and a start that failed is tried again by the next call.
 * The wasm (1.7 MB gzipped) is imported here and not at the top, so that a request which draws nothing
 * does not pay for it.
 */
export function startEngine(): Promise<Renderer> {
  starting ??= start().catch((error) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function start(): Promise<Renderer> {
  const { default: packed } = await import("./assets/takumi.ts");
  const gunzip = new Blob([fromBase64(packed)]).stream().pipeThrough(
    new DecompressionStream("gzip"),
  );
  await init({ module_or_path: await new Response(gunzip).arrayBuffer() });
  return new Renderer();
}
