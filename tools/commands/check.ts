/** npm run check: format, lint, types, house rules, and whether generated files are up to date. */
import { describeError } from "../local-stack/stack_errors.ts";
import { databaseTypes, supabase, typesFile, withDatabase } from "../checks/database_types.ts";
import { brokenHouseRules, readSources } from "../checks/house_rules.ts";
import { missingFromLocks, pinMismatches } from "../checks/pins.ts";
import { compileSnippets } from "../snippets/compile.ts";
import { root, run } from "./lib/process.ts";
import { dim, print, red, Steps } from "./lib/terminal.ts";

Deno.chdir(root);
const deno = (...args: string[]) => run(Deno.execPath(), args);
const functions = [...Deno.readDirSync("supabase/functions")].map((entry) => entry.name)
  .filter((name) => !name.startsWith("_") && !name.startsWith(".")).sort();

/** Each check throws if something is wrong, and may return what is worth printing. */
const checks: [name: string, check: () => unknown][] = [
  ["Format", () => deno("fmt", "--check", "--quiet")],
  ["Lint", () => deno("lint", "--quiet")],
  ["House rules", async () => throwAny(brokenHouseRules(await readSources()))],
  ["Types", () => deno("check", "--quiet", "supabase", "tools", "tests")],
  [
    "Types of the frontend, by its own deno.json",
    () => checkTypes("web/deno.json", "web/src", "web/vite.config.ts"),
  ],
  ["Types of the README's snippets", () => deno("check", "--quiet", "--doc-only", "README.md")],
  ["Snippets of docs/frontend.md", compileSnippets],
  ["Types of each function, by its own deno.json", async () => {
    for (const name of functions) {
      const directory = `supabase/functions/${name}`;
      await checkTypes(`${directory}/deno.json`, `${directory}/index.ts`);
    }
  }],
  [
    "Versions that are pinned twice are the same",
    async () => throwAny(await pinMismatches(functions)),
  ],
  ["Lock files name every platform's binaries", async () => throwAny(await missingFromLocks())],
  [
    "Board assets are up to date",
    () => deno("run", "--allow-all", "tools/board-assets/generate.ts", "--check"),
  ],
  ["Database types are up to date", () =>
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
      throwAny(real.map((issue) => `${issue.name}: ${issue.detail}`));
      if (issues.length === 0 && !found.includes("No issues found")) throw new Error(found);
    })],
];

const steps = new Steps();
let failures = 0;
for (const [name, check] of checks) {
  steps.begin(name);
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

function checkTypes(config: string, ...files: string[]): Promise<string> {
  const options = ["--quiet", "--no-lock", "--config", config, "--node-modules-dir=manual"];
  return deno("check", ...options, ...files);
}

function throwAny(faults: string[]): void {
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
