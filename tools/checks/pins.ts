interface Imports {
  imports: Record<string, string>;
}

const read = async <T>(path: string): Promise<T> => JSON.parse(await Deno.readTextFile(path));

interface Package {
  dependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The locks of this repository, each beside its package.json. */
const LOCKS = ["package-lock.json", "tools/snippets/package-lock.json"];

/**
 * Each function has its own deno.json, because that is what the supabase CLI deploys with; package.json
 * is what runs here. They must name the same versions, as must what the page's snippets compile with.
 * @returns one sentence for each that does not
 */
export async function pinMismatches(functions: string[]): Promise<string[]> {
  const { dependencies, devDependencies } = await read<Package>("package.json");
  const mismatches: string[] = [];
  for (const name of functions) {
    const { imports } = await read<Imports>(`supabase/functions/${name}/deno.json`);
    for (const [alias, specifier] of Object.entries(imports)) {
      const [, pkg, version] = specifier.match(/^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)/) ?? [];
      if (!pkg || dependencies[pkg] !== version) {
        mismatches.push(
          `${name}/deno.json maps ${alias} to ${specifier}; package.json has ${
            dependencies[pkg ?? alias]
          }`,
        );
      }
    }
  }
  const snippets = await read<Package>("tools/snippets/package.json");
  for (const [name, version] of Object.entries(snippets.dependencies)) {
    const ours = dependencies[name] ?? devDependencies?.[name] ?? version;
    if (ours !== version) {
      mismatches.push(
        `tools/snippets/package.json pins ${name} ${version}; package.json ${ours}`,
      );
    }
  }
  return mismatches;
}

/**
 * Optional packages without an entry in a lock, of which npm writes none that the registry did not answer
 * for. npm 11 refuses such a lock; older ones leave other platforms without Deno.
 * @returns one sentence for each
 */
export async function missingFromLocks(): Promise<string[]> {
  const missing: string[] = [];
  for (const lock of LOCKS) {
    const { packages } = await read<
      { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
    >(lock);
    for (const [path, entry] of Object.entries(packages).filter(([path]) => path !== "")) {
      for (const name of Object.keys(entry.optionalDependencies ?? {})) {
        if (packages[`node_modules/${name}`] || packages[`${path}/node_modules/${name}`]) continue;
        missing.push(`${lock} lacks ${name}`);
      }
    }
  }
  return missing;
}
