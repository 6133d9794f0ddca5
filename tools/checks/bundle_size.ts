import { brotliCompressSync, constants } from "node:zlib";
import { run } from "../commands/lib/process.ts";

/** The one function that draws; the others must not carry the board's assets. */
const DRAWS = "process-job";

// https://supabase.com/docs/guides/troubleshooting/edge-function-bundle-size-issues
/** What the hosted platform takes, in bytes. */
const LIMITS = { sources: 5_000_000, bundle: 20_000_000 };

/**
 * Checks how much each function deploys.
 * @returns one line about the function that draws
 * @throws {Error} if one is larger than the platform takes
 */
export async function bundleSizes(functions: string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of functions) {
    const { sources, bundle } = await bundleSize(name);
    const size = (bytes: number, limit: number) =>
      `${(bytes / 1e6).toFixed(1)} MB of ${(limit / 1e6).toFixed(1)} MB`;
    const line = `${name}: ${size(sources, LIMITS.sources)} as sources, ` +
      `${size(bundle, LIMITS.bundle)} as a bundle`;
    const most = name === DRAWS ? LIMITS.sources : 200_000;
    if (sources > most || bundle > LIMITS.bundle) throw new Error(`Too large: ${line}`);
    if (name === DRAWS) lines.push(line);
  }
  return lines.join("\n");
}

/**
 * Measures a function by what its entry point reaches, dynamic imports included, in bytes. `sources`: the
 * modules of this repository, which are sent where the platform bundles. `bundle`: those and the npm
 * packages in Brotli, which the CLI sends when it bundles with Docker. This is an estimate from above: the
 * bundler leaves out what no module imports.
 */
async function bundleSize(name: string): Promise<{ sources: number; bundle: number }> {
  const directory = `supabase/functions/${name}`;
  const config = ["--config", `${directory}/deno.json`, "--node-modules-dir=manual"];
  const info = ["info", "--json", "--no-lock", ...config, `${directory}/index.ts`];
  const { modules }: { modules: { local?: string }[] } = JSON.parse(
    await run(Deno.execPath(), info),
  );
  const sources = modules.flatMap(({ local }) =>
    local?.includes("/supabase/functions/") && !local.endsWith(".d.ts") ? [local] : []
  );
  const { imports }: { imports: Record<string, string> } = JSON.parse(
    await Deno.readTextFile(`${directory}/deno.json`),
  );
  const roots = Object.values(imports).flatMap((it) => it.match(/^npm:(.+)@[^/@]+/)?.[1] ?? []);
  const parts = [...sources, ...await filesOf(roots)].map((file) => Deno.readFileSync(file));
  const packed = brotliCompressSync(new Uint8Array(await new Blob(parts).arrayBuffer()), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
  });
  return {
    sources: sources.reduce((sum, file) => sum + Deno.statSync(file).size, 0),
    bundle: packed.length,
  };
}

/** All files of npm packages and of what they depend on. */
async function filesOf(packages: string[]): Promise<string[]> {
  const names = new Set(packages);
  const files: string[] = [];
  // a set's iteration visits what is added meanwhile
  for (const name of names) {
    const directory = `node_modules/${name}`;
    const { dependencies } = JSON.parse(await Deno.readTextFile(`${directory}/package.json`));
    for (const dependency of Object.keys(dependencies ?? {})) names.add(dependency);
    files.push(...filesIn(directory));
  }
  return files;
}

function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    if (name === "node_modules") return [];
    return isDirectory ? filesIn(path) : [path];
  });
}
