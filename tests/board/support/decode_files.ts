/**
 * Decodes the files of standard input, base64 in JSON, and prints a line for each: width and
 * height, or the error. The last line is how many megabytes the codecs hold then.
 * `decodeElsewhere` runs it. Two globals are gone that hosted Edge Functions may lack.
 */
import { decodePicture } from "../../../supabase/functions/_board/engine/decode.ts";

for (const name of ["ImageData", "process"]) Reflect.deleteProperty(globalThis, name);
const write = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const memories: WeakRef<WebAssembly.Memory>[] = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    const memory = Object.values(this.exports).find((one) => one instanceof WebAssembly.Memory);
    memories.push(new WeakRef(memory!));
  }
};

const files: string[] = await new Response(Deno.stdin.readable).json();
for (const file of files) {
  const bytes = Uint8Array.from(atob(file), (char) => char.charCodeAt(0));
  write(
    await decodePicture(bytes).then(
      ({ width, height, rgba }) =>
        rgba.length === width * height * 4 ? `${width} ${height}` : `${rgba.length} bytes`,
      (error) => String(error instanceof Error ? error.message : error),
    ),
  );
}
await new Promise((resolve) => setTimeout(resolve)); // what WeakRef saw in this turn is kept in it
(globalThis as unknown as { gc(): void }).gc();
const held = memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
write(String(held / 1e6));
