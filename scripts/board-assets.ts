/**
 * Writes the board's assets, TypeScript modules in `supabase/functions/_shared/board/assets/`, from the
 * npm packages that scripts/assets/package.json pins: the drawing engine, the fonts, the pictures, the words
 * that call them. Modules and not files, because the CLI drops `static_files` silently when it bundles without Docker.
 *
 *   deno run -A scripts/board-assets.ts            write them
 *   deno run -A scripts/board-assets.ts --check    fail if the committed ones are not what this makes
 *
 * The same packages and the same Deno give the same bytes (Brotli's own bytes and the names
 * of countries may differ with another Deno).
 */
import { annotationsModule } from "./assets/annotations.ts";
import { fontsModule } from "./assets/fonts.ts";
import { installSources } from "./assets/install.ts";
import { picturesModule } from "./assets/pictures.ts";
import { takumiGlue, takumiModule } from "./assets/takumi.ts";

const ASSETS = new URL("../supabase/functions/_shared/board/assets/", import.meta.url);

/** What makes each module. The engine comes first: what is drawn with it depends on it. */
const MAKERS: readonly (readonly [name: string, make: () => string | Promise<string>])[] = [
  ["takumi.js", takumiGlue],
  ["takumi.ts", takumiModule],
  ["fonts.ts", fontsModule],
  ["pictures.ts", async () => {
    const { startEngine } = await import("../supabase/functions/_shared/board/engine.ts");
    return picturesModule(await startEngine());
  }],
  ["annotations.ts", annotationsModule],
];

await installSources();
const stale: string[] = [];
for (const [name, make] of MAKERS) {
  const source = await make();
  const file = new URL(name, ASSETS);
  if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(file).catch(() => "") !== source) stale.push(name);
  } else {
    await Deno.writeTextFile(file, source);
    console.log(`${name}: ${(source.length / 1000).toFixed(0)} KB`);
  }
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run: deno run -A scripts/board-assets.ts`);
  Deno.exit(1);
}
