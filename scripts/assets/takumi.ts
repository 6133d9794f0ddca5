import { brotliCompressSync, constants } from "node:zlib";
import { bundle } from "./bundle.ts";
import { base64, dataModule, HEADER, read } from "./source.ts";

const WASM = "@takumi-rs/wasm/pkg/takumi_wasm_bg.wasm";

/** The module that holds the engine's WebAssembly, in Brotli: 0.5 MB of source less than gzip makes. */
export function takumiModule(): [string, string][] {
  const packed = brotliCompressSync(read(WASM), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  return dataModule("takumi", base64(packed), "string");
}

/**
 * The engine's JavaScript, without the npm package around it: that would deploy its 4 MB of WebAssembly
 * a second time.
 */
export async function takumiGlue(): Promise<string> {
  return HEADER + await bundle(`export { default, Renderer } from "@takumi-rs/wasm/no-bundler";`);
}
