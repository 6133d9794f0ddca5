import { base64, brotli, dataModule, edit, type Files, HEADER, read } from "./asset_module.ts";
import { bundle } from "./bundle.ts";

/** The codecs of pictures: their JavaScript in one file, the WebAssembly of each in one of its own. */
export async function embedDecoders(): Promise<Files> {
  // a codec that gave up on a picture keeps its stack: `startPng` must be able to start anew
  const png = edit("@jsquash/png/codec/pkg/squoosh_png.js", [
    [
      /function initSync\(module\) \{\s*if \(wasm !== undefined\) return wasm;/,
      "function initSync(module) {",
    ],
  ]);
  const script = await bundle(
    `export { default as startWebp } from "@jsquash/webp/codec/dec/webp_dec.js";
     ${png}
     export { decode as decodePng, initSync as startPng };`,
    "--minify",
  );
  const wasm = (name: string, path: string) => dataModule(name, base64(brotli(read(path))));
  return [
    // not every runtime has ImageData, which the codecs answer with
    [
      "decoders.js",
      `${HEADER}globalThis.ImageData ??= class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};
${script}`,
    ],
    ...wasm("jpeg_decoder", "@cwasm/jpeg-turbo/jpeg-turbo.wasm"),
    ...wasm("png_decoder", "@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    ...wasm("webp_decoder", "@jsquash/webp/codec/dec/webp_dec.wasm"),
  ];
}
