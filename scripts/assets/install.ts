const HERE = new URL("./", import.meta.url);
/** npm's record of what is in node_modules. */
const INSTALLED = new URL("node_modules/.package-lock.json", HERE);

/**
 * Installs the packages that assets are made from, if the lock is newer than what is there. They have
 * a package.json of their own: 400 MB, which nobody needs who only uses this repository.
 *
 * @throws {Error} with npm's own words if it fails
 */
export async function installSources(): Promise<void> {
  const changed = (file: URL) =>
    Deno.stat(file).then((info) => info.mtime?.getTime() ?? 0, () => 0);
  if (await changed(INSTALLED) >= await changed(new URL("package-lock.json", HERE))) return;
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    cwd: HERE,
    stdout: "null",
  }).output();
  if (!success) throw new Error(`npm ci in scripts/assets: ${new TextDecoder().decode(stderr)}`);
}
