/** The frontend's build and its dev server. */
import { gzipSync } from "node:zlib";
import { PortTakenError } from "../../local-stack/stack_errors.ts";
import { root } from "./process.ts";

/** What a frontend has to know of a stack. */
export interface WebSettings {
  SUPABASE_URL: string;
  SUPABASE_PUBLISHABLE_KEY: string;
}

/** A file of the built page, in bytes; `gzip` as servers send it. */
export interface BuiltFile {
  name: string;
  size: number;
  gzip: number;
}

const configFile = `${root}web/vite.config.ts`;
/** Vite takes about a second to load: begin early, and in no command that does not serve. */
export const loadVite = () => import("vite");

function tellVite(settings: WebSettings): void {
  Deno.env.set("VITE_SUPABASE_URL", settings.SUPABASE_URL);
  Deno.env.set("VITE_SUPABASE_PUBLISHABLE_KEY", settings.SUPABASE_PUBLISHABLE_KEY);
}

/**
 * Builds the static site, and returns its files, the largest first.
 * @param settings left out: VITE_SUPABASE_* in the shell or in web/.env
 * @throws naming the variable that is missing
 */
export async function buildWeb(outDir: string, settings?: WebSettings): Promise<BuiltFile[]> {
  if (settings) tellVite(settings);
  const { build } = await loadVite();
  await build({ configFile, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  const files = [...Deno.readDirSync(`${outDir}/assets`)].map(({ name }) => `assets/${name}`);
  return ["index.html", ...files].map((name) => {
    const bytes = Deno.readFileSync(`${outDir}/${name}`);
    return { name, size: bytes.length, gzip: gzipSync(bytes).length };
  }).sort((a, b) => b.gzip - a.gzip);
}

/**
 * Serves the page from its sources on 127.0.0.1, and reloads it when they change.
 * @param port 0 takes any free one
 * @throws with one sentence if the port is taken
 */
export async function serveWeb(
  settings: WebSettings,
  port: number,
  cacheDir: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  tellVite(settings);
  const { createServer } = await loadVite();
  const server = await createServer({
    configFile,
    cacheDir,
    logLevel: "warn",
    clearScreen: false,
    server: { port },
  });
  try {
    await server.listen();
  } catch (error) {
    await server.close();
    const taken = /already in use|EADDRINUSE/.test(String(error));
    throw taken ? new PortTakenError("the page", port, "WEB_PORT") : error;
  }
  const address = server.httpServer!.address() as { port: number };
  return { url: `http://127.0.0.1:${address.port}`, stop: () => server.close() };
}
