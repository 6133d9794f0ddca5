import { base64, brotli, dataModule, type Files, HEADER, read } from "./asset_module.ts";
import { bundle } from "./bundle.ts";

/** The codecs of pictures: their JavaScript in one file, the WebAssembly of each in one of its own. */
export async function embedDecoders(): Promise<Files> {
  const script = await bundle(
    `export { default as startJpeg } from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
     export { default as startWebp } from "@jsquash/webp/codec/dec/webp_dec.js";
     export { decode as decodePng, initSync as startPng }
       from "@jsquash/png/codec/pkg/squoosh_png.js";`,
    "--minify",
  );
  const wasm = (name: string, path: string) =>
    dataModule(name, base64(brotli(read(`@jsquash/${path}`))));
  return [
    ["decoders.js", HEADER + script],
    ...wasm("jpeg_decoder", "jpeg/codec/dec/mozjpeg_dec.wasm"),
    ...wasm("png_decoder", "png/codec/pkg/squoosh_png_bg.wasm"),
    ...wasm("webp_decoder", "webp/codec/dec/webp_dec.wasm"),
  ];
}
