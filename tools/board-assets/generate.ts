/**
 * Writes the board's assets, TypeScript modules in `supabase/functions/_board/assets/`, from the
 * npm packages that tools/board-assets/package.json pins: the drawing engine, the fonts, the pictures, the words
 * that call them, and the AI SDK. Modules and not files, because the CLI drops `static_files` silently when
 * it bundles without Docker. The fonts that are too large to deploy with a function are files in
 * `supabase/board-fonts/`, for a Storage bucket.
 *
 *   deno run -A tools/board-assets/generate.ts            write them
 *   deno run -A tools/board-assets/generate.ts --check    fail if the committed ones are not what this makes
 *
 * The same packages and the same Deno give the same bytes (Brotli's own bytes and the names
 * of countries may differ with another Deno).
 */
import { aiSdk } from "./ai.ts";
import { annotationsModule } from "./annotations.ts";
import { fontsModule } from "./fonts.ts";
import { packFiles, packsModule } from "./packs.ts";
import { picturesModule } from "./pictures.ts";
import { takumiGlue, takumiModule } from "./takumi.ts";
import { installPackages } from "../commands/lib/process.ts";

const ASSETS = new URL("../../supabase/functions/_board/assets/", import.meta.url);

const PACKS = new URL("../../supabase/board-fonts/", import.meta.url);

/** Files: their names and what is in them. */
type Files = [name: string, source: string][];

/** What makes the files. The engine comes first: what is drawn with it depends on it. */
const MAKERS: readonly (() => Files | Promise<Files>)[] = [
  async () => [["takumi.js", await takumiGlue()]],
  takumiModule,
  fontsModule,
  () => [["packs.ts", packsModule()]],
  async () => {
    const { startEngine } = await import("../../supabase/functions/_board/engine.ts");
    return await picturesModule(await startEngine());
  },
  async () => [["../../_pictures/assets/ai.js", await aiSdk()]],
  () => [["annotations.ts", annotationsModule()]],
];

const check = Deno.args.includes("--check");
const stale: string[] = [];

/** Writes a file, or in check mode compares it. */
async function put(file: URL, bytes: Uint8Array): Promise<void> {
  const name = file.pathname.split("/").at(-1) ?? "";
  if (check) {
    const there = await Deno.readFile(file).catch(() => new Uint8Array());
    if (there.length !== bytes.length || there.some((byte, i) => byte !== bytes[i])) {
      stale.push(name);
    }
  } else {
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeFile(file, bytes);
    console.log(`${name}: ${(bytes.length / 1000).toFixed(0)} KB`);
  }
}

await installPackages("tools/board-assets");
for (const make of MAKERS) {
  for (const [name, source] of await make()) {
    await put(new URL(name, ASSETS), new TextEncoder().encode(source));
  }
}
for (const [name, bytes] of packFiles()) await put(new URL(name, PACKS), bytes);
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run: deno run -A tools/board-assets/generate.ts`);
  Deno.exit(1);
}
