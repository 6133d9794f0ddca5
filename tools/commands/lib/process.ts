/** What commands do with processes: run programs, install packages, and clean up when they are ended. */
import { fileURLToPath } from "node:url";

/** The repository's root, with a slash at its end. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Runs a program in the repository's root, and returns what it printed; with `all`, as messages too.
 * @throws {Error} with all that it printed, if it fails
 */
export async function run(
  program: string,
  args: string[],
  { stdin, env, all }: { stdin?: string; env?: Record<string, string>; all?: boolean } = {},
): Promise<string> {
  const child = new Deno.Command(program, {
    args,
    cwd: root,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", SUPABASE_TELEMETRY_DISABLED: "1", ...env },
  }).spawn();
  if (stdin !== undefined) await new Blob([stdin]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  const messages = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`${text}${messages}`.trim());
  return all ? text + messages : text;
}

/** Runs the supabase CLI. Through Node: Windows runs no script by its first line. */
export const runSupabase = (args: string[], options?: Parameters<typeof run>[2]): Promise<string> =>
  run("node", [`${root}node_modules/supabase/dist/supabase.js`, ...args], options);

/**
 * Installs the packages of a folder that has a package.json of its own, if its lock is newer than what is
 * installed: packages that only a check or a benchmark needs.
 * @param folder from the repository's root: `tools/board-assets`
 * @throws {Error} with npm's own words if it fails
 */
export async function installPackages(folder: string): Promise<void> {
  const changed = (file: string) =>
    Deno.stat(`${root}${folder}/${file}`).then((info) => info.mtime?.getTime() ?? 0, () => 0);
  // npm's record of what is in node_modules
  const installed = await changed("node_modules/.package-lock.json");
  if (installed >= await changed("package-lock.json")) return;
  // optional packages are other platforms' and native programs; nothing here runs them
  const options = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"];
  await run("npm", ["ci", `--prefix=${folder}`, "--loglevel=error", ...options]);
}

/**
 * Runs `cleanUp` once when the process is asked to end, then exits: Ctrl-C, `kill`, a closed terminal, or
 * the death of its parent (npm passes no SIGKILL on).
 */
export function cleanUpOnExit(cleanUp: () => Promise<void>): void {
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    await cleanUp().catch((error) => console.error(error));
    Deno.exit(code);
  };
  Deno.addSignalListener("SIGINT", () => end(130));
  if (Deno.build.os !== "windows") { // there, listening to these throws
    Deno.addSignalListener("SIGTERM", () => end(143));
    Deno.addSignalListener("SIGHUP", () => end(129));
  }
  const parent = Deno.ppid;
  Deno.unrefTimer(setInterval(() => Deno.ppid === parent || end(1), 500));
}
