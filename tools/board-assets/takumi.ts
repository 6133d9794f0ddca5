import { bundle } from "./bundle.ts";
import { base64, brotli, dataModule, HEADER, read } from "./source.ts";

const WASM = "@takumi-rs/wasm/pkg/takumi_wasm_bg.wasm";

/** The module that holds the engine's WebAssembly, in Brotli: 0.5 MB of source less than gzip makes. */
export function takumiModule(): [string, string][] {
  return dataModule("takumi", base64(brotli(read(WASM))), "string");
}

/**
 * The engine's JavaScript, without the npm package around it: that would deploy its 4 MB of WebAssembly
 * a second time.
 */
export async function takumiGlue(): Promise<string> {
  return HEADER + await bundle(`export { default, Renderer } from "@takumi-rs/wasm/no-bundler";`);
}
