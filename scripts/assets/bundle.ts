/**
 * What one module of an npm package needs, as one module without imports. A function then deploys the
 * part that it uses and not the package, and starts without resolving any.
 *
 * @param entry the source of a module that imports and exports
 * @param options further options of https://esbuild.github.io/api/
 */
export async function bundle(entry: string, ...options: string[]): Promise<string> {
  const cwd = new URL("./", import.meta.url);
  const esbuild = new Deno.Command("node", {
    args: [
      "node_modules/esbuild-wasm/bin/esbuild",
      "--bundle",
      "--format=esm",
      "--platform=browser",
      "--target=es2022",
      "--log-level=warning",
      ...options,
    ],
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = esbuild.stdin.getWriter();
  await writer.write(new TextEncoder().encode(entry));
  await writer.close();
  const { success, stdout, stderr } = await esbuild.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`esbuild: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
