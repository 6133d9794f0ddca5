import { base64, brotli, dataModule, type Files } from "./asset_module.ts";

/** The painter in WebAssembly, in Brotli: 15 KB become 5. Its source is AssemblyScript, in painter/. */
export async function compilePainter(): Promise<Files> {
  const wasm = await Deno.makeTempFile({ suffix: ".wasm" });
  const options = "-O3 --noAssert --runtime stub --enable simd --use abort= --disableWarning 112";
  const { success, stderr } = await new Deno.Command("node", {
    args: [
      ...["node_modules/assemblyscript/bin/asc.js", "painter/index.ts", "--outFile", wasm],
      ...options.split(" "),
    ],
    cwd: new URL("./", import.meta.url),
    stdout: "null",
    stderr: "piped",
  }).output();
  try {
    if (!success) throw new Error(`asc: ${new TextDecoder().decode(stderr)}`);
    return dataModule("painter", base64(brotli(await Deno.readFile(wasm))));
  } finally {
    await Deno.remove(wasm);
  }
}
