import { brotliCompressSync, constants } from "node:zlib";
import { run } from "./database_types.ts";

/** The one function that draws; the others must not carry the board's assets along. */
const DRAWS = "process-job";

/** What the hosted platform takes: https://supabase.com/docs/guides/troubleshooting/edge-function-bundle-size-issues */
const limits = { sources: 5_000_000, bundle: 20_000_000 };

/** How much a function deploys, in bytes. */
export interface BundleSize {
  /** All modules of this repository that it imports: what is sent where the platform bundles, at most 5 MB. */
  sources: number;
  /**
   * Those and its npm packages, whole, in Brotli: what the CLI sends that bundles with Docker, at most
   * 20 MB. An estimate from above: the bundler leaves out what no module imports.
   */
  bundle: number;
}

/** Measures a function by what its entry point reaches, dynamic imports too. */
export async function bundleSize(name: string): Promise<BundleSize> {
  const directory = `supabase/functions/${name}`;
  const { modules }: { modules: { local?: string; size?: number }[] } = JSON.parse(
    await run(Deno.execPath(), [
      "info",
      "--json",
      "--no-lock",
      "--config",
      `${directory}/deno.json`,
      "--node-modules-dir=manual",
      `${directory}/index.ts`,
    ]),
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
async function filesOf(names: string[]): Promise<string[]> {
  const files: string[] = [];
  const seen = new Set<string>();
  for (const todo = [...names]; todo.length > 0;) {
    const name = todo.pop()!;
    const directory = `node_modules/${name}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const text = await Deno.readTextFile(`${directory}/package.json`);
    todo.push(...Object.keys(JSON.parse(text).dependencies ?? {}));
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

/**
 * One line about the function that draws.
 * @throws {Error} if one is more than the platform takes
 */
export async function bundleSizes(functions: string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of functions) {
    const { sources, bundle } = await bundleSize(name);
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    const line = `${name} ${mb(sources)} of ${mb(limits.sources)} as sources, ${mb(bundle)} of ${
      mb(limits.bundle)
    } as a bundle`;
    const most = name === DRAWS ? limits.sources : 200_000;
    if (sources > most || bundle > limits.bundle) throw new Error(`Too large: ${line}`);
    if (name === DRAWS) lines.push(line);
  }
  return lines.join("\n");
}
