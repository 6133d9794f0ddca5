/**
 * Installs the packages of a folder that has a package.json of its own, if its lock is newer than what is
 * there: packages that a check or a benchmark needs, and nobody who only uses this repository.
 *
 * @param folder from the repository's root: `tools/board-assets`
 * @throws {Error} with npm's own words if it fails
 */
export async function installPackages(folder: string): Promise<void> {
  const directory = new URL(`../../../${folder}/`, import.meta.url);
  const changed = (file: string) =>
    Deno.stat(new URL(file, directory)).then((info) => info.mtime?.getTime() ?? 0, () => 0);
  // npm's record of what is in node_modules
  const installed = await changed("node_modules/.package-lock.json");
  if (installed >= await changed("package-lock.json")) return;
  const { success, stderr } = await new Deno.Command("npm", {
    // optional packages are other platforms' and native programs; nothing here runs them
    args: [
      "ci",
      "--ignore-scripts",
      "--omit=optional",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ],
    cwd: directory,
    stdout: "null",
  }).output();
  if (!success) throw new Error(`npm ci in ${folder}: ${new TextDecoder().decode(stderr)}`);
}
