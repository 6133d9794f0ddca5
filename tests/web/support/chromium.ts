/** A Chromium for tests: the machine's own; where it has none, one from npm. */
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";

const own = fileURLToPath(new URL("../chromium/", import.meta.url));
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const apps = ["Chromium", "Google Chrome"].map((app) =>
  `/Applications/${app}.app/Contents/MacOS/${app}`
);

/**
 * Starts a browser. `CHROMIUM` names another program than the one that would be found.
 * @throws with one sentence that says what to install
 */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: Deno.env.get("CHROMIUM") || await installed() || await fromNpm(),
    // the sandbox needs another user than root; the pages are our own
    args: [...(Deno.uid() === 0 ? ["--no-sandbox"] : []), "--disable-gpu"],
  });
}

async function installed(): Promise<string | null> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const paths = names.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  for (const path of [...paths, ...apps]) {
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  return null;
}

/**
 * `@sparticuz/chromium` in a folder of its own: 70 MB, only for machines without a browser. Linux only.
 * Not with the flags that it comes with: `--single-process` lets a page that closes end the browser, and
 * `--disable-web-security` would prove nothing about CORS.
 */
async function fromNpm(): Promise<string> {
  const advice =
    "Install Chromium or Chrome, or set CHROMIUM to its path: the tests of web/ need one.";
  if (Deno.build.os !== "linux") throw new Error(advice);
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    cwd: own,
    stdout: "null",
  }).output();
  if (!success) throw new Error(`${advice} (npm ci: ${new TextDecoder().decode(stderr).trim()})`);
  const index = `${own}node_modules/@sparticuz/chromium/build/index.js`;
  const { default: packed } = await import(index);
  return await packed.executablePath();
}
