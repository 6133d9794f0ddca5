/** Whether what is pinned in several places agrees. */

interface Package {
  dependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

/** The locks that everybody installs from, each beside its package.json. */
const LOCKS = ["package-lock.json", "tools/snippets/package-lock.json"];

const read = async <T>(path: string): Promise<T> => JSON.parse(await Deno.readTextFile(path));

/**
 * The supabase CLI deploys each function with its own deno.json; package.json is what runs here. They must
 * name the same versions, as must what the page's snippets compile with.
 * @returns one sentence for each that does not
 */
export async function pinMismatches(functions: string[]): Promise<string[]> {
  const { dependencies, devDependencies } = await read<Package>("package.json");
  const mismatches: string[] = [];
  for (const name of functions) {
    const file = `supabase/functions/${name}/deno.json`;
    const { imports } = await read<{ imports: Record<string, string> }>(file);
    for (const [alias, specifier] of Object.entries(imports)) {
      const [, pkg, version] = specifier.match(/^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)/) ?? [];
      const ours = dependencies[pkg ?? alias];
      if (pkg && ours === version) continue;
      mismatches.push(`${file} maps ${alias} to ${specifier}; package.json has ${ours}`);
    }
  }
  const file = "tools/snippets/package.json";
  for (const [name, version] of Object.entries((await read<Package>(file)).dependencies)) {
    const ours = dependencies[name] ?? devDependencies?.[name] ?? version;
    if (ours !== version) mismatches.push(`${file} has ${name} ${version}; package.json ${ours}`);
  }
  return mismatches;
}

/**
 * Finds optional packages without an entry in a lock: npm writes none for those that the registry did not
 * answer for. npm 11 refuses such a lock; older ones leave other platforms without Deno.
 * @returns one sentence for each
 */
export async function missingFromLocks(): Promise<string[]> {
  const missing: string[] = [];
  for (const lock of LOCKS) {
    const { packages } = await read<Lock>(lock);
    for (const [path, entry] of Object.entries(packages).filter(([path]) => path !== "")) {
      for (const name of Object.keys(entry.optionalDependencies ?? {})) {
        if (packages[`node_modules/${name}`] || packages[`${path}/node_modules/${name}`]) continue;
        missing.push(`${lock} lacks ${name}`);
      }
    }
  }
  return missing;
}
