/** npm run check: format, lint, types, and that generated files and versions are up to date. */
import { describeError } from "../local-stack/stack_errors.ts";
import { databaseTypes, run, supabase, typesFile, withDatabase } from "../checks/database_types.ts";
import { bundleSizes } from "../checks/bundle_size.ts";
import { missingFromLocks, pinMismatches } from "../checks/pins.ts";
import { compileSnippets } from "../snippets/compile.ts";
import { dim, print, red, Steps } from "./lib/terminal.ts";

const deno = (...args: string[]) => run(Deno.execPath(), args);
const functions = [...Deno.readDirSync("supabase/functions")].map((entry) => entry.name)
  .filter((name) => !name.startsWith("_") && !name.startsWith(".")).sort();

/** What must hold, and how to see it: throws if it does not, and may tell what it found. */
const checks: [string, () => Promise<unknown>][] = [
  ["Format", () => deno("fmt", "--check", "--quiet")],
  ["Lint", () => deno("lint", "--quiet")],
  ["Types", () => deno("check", "--quiet", "supabase", "tools", "tests")],
  ["Types of the frontend, by its own deno.json", () =>
    deno(
      "check",
      "--quiet",
      "--no-lock",
      "--config",
      "web/deno.json",
      "--node-modules-dir=manual",
      "web/src",
      "web/vite.config.ts",
    )],
  ["Types of the README's snippets", () => deno("check", "--quiet", "--doc-only", "README.md")],
  ["Snippets of docs/frontend.md", compileSnippets],
  ["Types of each function, by its own deno.json", async () => {
    for (const name of functions) {
      const dir = `supabase/functions/${name}`;
      const config = ["--config", `${dir}/deno.json`, "--node-modules-dir=manual"];
      await deno("check", "--quiet", "--no-lock", ...config, `${dir}/index.ts`);
    }
  }],
  ["What is pinned twice is pinned alike", async () => {
    const mismatches = await pinMismatches(functions);
    if (mismatches.length > 0) throw new Error(mismatches.join("\n"));
  }],
  ["The locks name every platform's binaries", async () => {
    const missing = await missingFromLocks();
    if (missing.length > 0) throw new Error(missing.join("\n"));
  }],
  ["What the functions deploy", () => bundleSizes(functions)],
  [
    "Board assets are what tools/board-assets makes",
    () => deno("run", "--allow-all", "tools/board-assets/generate.ts", "--check"),
  ],
  ["Database types are what the migrations make", () =>
    withDatabase(async (url) => {
      if (await databaseTypes(url) !== await Deno.readTextFile(typesFile)) {
        throw new Error("database.types.ts is out of date: npm run generate");
      }
    })],
  ["supabase db advisors", () =>
    withDatabase(async (url) => {
      const found = await supabase(["db", "advisors", "--level", "info"], url);
      const issues: { name: string; detail: string }[] = JSON.parse(
        found.match(/^\[[^]*^\]/m)?.[0] ?? "[]",
      );
      // 0005 asks which indexes were used so far; in a database that is seconds old, none was
      const real = issues.filter((issue) => issue.name !== "unused_index");
      if (real.length > 0) throw new Error(real.map((i) => `${i.name}: ${i.detail}`).join("\n"));
      if (issues.length === 0 && !found.includes("No issues found")) throw new Error(found);
    })],
];

const steps = new Steps();
let failures = 0;
for (const [label, check] of checks) {
  steps.begin(label);
  try {
    const found = await check();
    steps.done();
    if (typeof found === "string" && found !== "") print(dim(found.replace(/^/gm, "  ")));
  } catch (error) {
    steps.failed();
    print(red(describeError(error)));
    failures++;
  }
}
Deno.exit(failures === 0 ? 0 : 1);
