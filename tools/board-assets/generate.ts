/**
 * Writes the board's assets, TypeScript modules in `supabase/functions/_board/assets/`: from the lists in
 * tables/ and words/, and from the npm packages that package.json pins the engine, the fonts, the
 * illustrations and the AI SDK. Modules and not files, because the CLI drops `static_files` silently when it
 * bundles without Docker. What is too large to deploy with a function are files in
 * `supabase/board-assets/`, for the bucket of that name.
 *
 *   deno run -A tools/board-assets/generate.ts            write them
 *   deno run -A tools/board-assets/generate.ts --check    fail if the committed ones are not what this makes
 *
 * The same packages and the same Deno give the same bytes (Brotli's own bytes and the names
 * of countries may differ with another Deno).
 */
import { installPackages } from "../commands/lib/process.ts";
import { aiSdk } from "./ai_sdk.ts";
import { type Files, HEADER } from "./asset_module.ts";
import { compilePainter } from "./compile_painter.ts";
import { embedDecoders } from "./embed_decoders.ts";
import { embedFonts } from "./embed_fonts.ts";
import { embedPacks } from "./embed_packs.ts";
import { embedShaping } from "./embed_shaping.ts";

const ASSETS = new URL("../../supabase/functions/_board/assets/", import.meta.url);
const BUCKET = new URL("../../supabase/board-assets/", import.meta.url);

const table = (name: string) =>
  JSON.stringify(Deno.readTextFileSync(new URL(`tables/${name}.txt`, import.meta.url)));

/** What makes the files. The tables and the engine come first: the imports below them read both. */
const MAKERS: readonly (() => Files | Promise<Files>)[] = [
  () => [[
    "tables.ts",
    `${HEADER}export const TOPICS_TABLE = ${table("topics")};\n` +
    `export const SUBSTITUTES_TABLE = ${table("substitutes")};\n`,
  ]],
  compilePainter,
  embedDecoders,
  embedShaping,
  embedFonts,
  embedPacks,
  async () => (await import("./embed_illustrations.ts")).embedIllustrations(),
  async () => (await import("./embed_vocabularies.ts")).embedVocabularies(),
  async () => [["../../_pictures/assets/ai.js", await aiSdk()]],
];

const check = Deno.args.includes("--check");
const stale: string[] = [];
const bucket = new Set<string>();

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
  for (const [name, content] of await make()) {
    if (typeof content === "string") {
      await put(new URL(name, ASSETS), new TextEncoder().encode(content));
    } else {
      bucket.add(name);
      await put(new URL(name, BUCKET), content);
    }
  }
}
for (const { name } of Deno.readDirSync(BUCKET)) { // of other versions
  if (bucket.has(name)) continue;
  if (check) stale.push(name);
  else Deno.removeSync(new URL(name, BUCKET));
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run: deno run -A tools/board-assets/generate.ts`);
  Deno.exit(1);
}
