interface Imports {
  imports: Record<string, string>;
}

const read = async <T>(path: string): Promise<T> => JSON.parse(await Deno.readTextFile(path));

/**
 * Each function has its own deno.json, because that is what the supabase CLI deploys with; package.json
 * is what runs here. They must name the same versions.
 * @returns one sentence for each that does not
 */
export async function pinMismatches(functions: string[]): Promise<string[]> {
  const { dependencies } = await read<{ dependencies: Record<string, string> }>("package.json");
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
  return mismatches;
}

/**
 * Optional packages without an entry in package-lock.json, of which npm writes none that the registry
 * did not answer for. npm 11 refuses such a lock; older ones leave other platforms without Deno.
 */
export async function missingFromLock(): Promise<string[]> {
  const { packages } = await read<
    { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
  >("package-lock.json");
  return Object.entries(packages).filter(([path]) => path !== "").flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) =>
      !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]
    )
  );
}
