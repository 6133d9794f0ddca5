import { base64, brotli, dataModule, edit, type Files, HEADER, read } from "./asset_module.ts";
import { bundle } from "./bundle.ts";

/** What shapes text: HarfBuzz with its WebAssembly apart, and the Unicode bidirectional algorithm. */
export async function embedShaping(): Promise<Files> {
  return [
    ["harfbuzz.js", HEADER + await bundle(harfbuzz(), "--minify")],
    ...dataModule(
      "harfbuzz_wasm",
      base64(brotli(read("harfbuzzjs/dist/harfbuzz.wasm"))),
    ),
    [
      "bidi.js",
      HEADER + await bundle(`export { default } from "bidi-js";`, "--minify"),
    ],
  ];
}

/**
 * harfbuzzjs, started with bytes that are handed in. By itself it reads a file beside it when it is
 * imported, with Node's modules if there is a `process`.
 */
function harfbuzz(): string {
  const glue = edit("harfbuzzjs/dist/harfbuzz.js", [
    ["export default createHarfBuzz;", ""],
    [`await import("module")`, "{}"],
    [/var ENVIRONMENT_IS_NODE=[^;]+;/, "var ENVIRONMENT_IS_NODE=false;"],
  ]);
  const library = edit("harfbuzzjs/dist/index.mjs", [
    [`import createHarfBuzz from "./harfbuzz.js";`, ""],
    [
      "init(await createHarfBuzz());",
      `const start = async (wasm) => init(await createHarfBuzz({
        instantiateWasm: (imports, done) =>
          done(new WebAssembly.Instance(new WebAssembly.Module(wasm), imports)),
      }));`,
    ],
    [
      /export \{[^}]+\};/,
      "export { start, Blob, Buffer, Direction, DrawFuncs, Face, Feature, Font, shape };",
    ],
  ]);
  return glue + library;
}
