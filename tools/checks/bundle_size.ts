import { run } from "../commands/lib/process.ts";

/** The one function that draws; the others must not carry the board's assets. */
const DRAWS = "process-job";

/**
 * Bytes that may be deployed through the API, for the function that draws and for the others.
 * https://supabase.com/docs/guides/troubleshooting/edge-function-bundle-size-issues
 */
const LIMITS = { draws: 5_000_000, others: 200_000 };

/**
 * Checks how much each function uploads: the modules of this repository that its entry point reaches,
 * dynamic imports included.
 * @returns one line about the function that draws
 * @throws {Error} if one is larger than the platform takes
 */
export async function bundleSizes(functions: string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of functions) {
    const directory = `supabase/functions/${name}`;
    const config = ["--config", `${directory}/deno.json`, "--node-modules-dir=manual"];
    const info = ["info", "--json", "--no-lock", ...config, `${directory}/index.ts`];
    const { modules }: { modules: { local?: string }[] } = JSON.parse(
      await run(Deno.execPath(), info),
    );
    const size = modules.filter(({ local }) =>
      local?.includes("/supabase/functions/") && !local.endsWith(".d.ts")
    ).reduce((sum, { local }) => sum + Deno.statSync(local!).size, 0);
    const limit = name === DRAWS ? LIMITS.draws : LIMITS.others;
    const line = `${name}: ${(size / 1e6).toFixed(1)} MB of ${(limit / 1e6).toFixed(1)} MB`;
    if (size > limit) throw new Error(`Too large: ${line}`);
    if (name === DRAWS) lines.push(line);
  }
  return lines.join("\n");
}
