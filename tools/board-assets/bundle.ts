/**
 * What one module of an npm package needs, as one module without imports. A function then deploys the
 * part that it uses and not the package, and starts without resolving any.
 *
 * @param entry the source of a module that imports and exports
 * @param options further options of https://esbuild.github.io/api/
 */
export async function bundle(entry: string, ...options: string[]): Promise<string> {
  const cwd = new URL("./", import.meta.url);
  // Not its stdout: there esbuild-wasm fails at 1 MB, under Node 20.
  const outfile = await Deno.makeTempFile({ suffix: ".js" });
  const esbuild = new Deno.Command("node", {
    args: [
      "node_modules/esbuild-wasm/bin/esbuild",
      "--bundle",
      "--format=esm",
      "--platform=browser",
      "--target=es2022",
      "--log-level=warning",
      "--allow-overwrite",
      `--outfile=${outfile}`,
      ...options,
    ],
    cwd,
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = esbuild.stdin.getWriter();
  await writer.write(new TextEncoder().encode(entry));
  await writer.close();
  const { success, stderr } = await esbuild.output();
  try {
    if (!success) throw new Error(`esbuild: ${new TextDecoder().decode(stderr)}`);
    return await Deno.readTextFile(outfile);
  } finally {
    await Deno.remove(outfile);
  }
}
