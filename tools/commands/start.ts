/** npm start: the local stack and the frontend, until Ctrl-C. Kept under .local/, or in `--dir`. */
import { describeError } from "../local-stack/stack_errors.ts";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readProjectConfig, REPOSITORY } from "../local-stack/project.ts";
import { startStack } from "../local-stack/stack.ts";
import { type Config, ConfigError, readConfig } from "../../supabase/functions/_shared/config.ts";
import { functionsEnv, isOurQStash, portFrom } from "./lib/env.ts";
import { type KeptDirectory, keptDirectory } from "./lib/kept_directory.ts";
import { onEnd } from "./lib/lifetime.ts";
import { scheduleSweep } from "./lib/schedule.ts";
import { loadVite, serveWeb, type WebSettings } from "./lib/web.ts";
import { bold, dim, print, printError, red, seconds, Steps, table } from "./lib/terminal.ts";

const values = readArguments();
/** Where the stack's data, keys and log are kept. */
const dir = resolve(values.dir ?? fileURLToPath(new URL("../../.local", import.meta.url)));
const steps = new Steps();
const started = performance.now();
let kept: KeptDirectory | undefined;
let stop = () => Promise.resolve();
onEnd(async () => {
  print(`\n${dim("Stopping …")}`);
  await stop();
});

try {
  print(`\n${bold("Vision Board Jobs")} ${dim("· local stack")}\n`);
  kept = keptDirectory(dir);
  void loadVite().catch(() => {}); // meanwhile; what is wrong with it is said when it is used
  const { QSTASH_URL, ...variables } = await functionsEnv();
  const qstash = portFrom("QSTASH_PORT", 8080);
  const webPort = portFrom("WEB_PORT", null);
  const another = QSTASH_URL && !isOurQStash(QSTASH_URL, qstash);
  const stack = await startStack({
    api: portFrom("API_PORT", 54321),
    db: portFrom("DB_PORT", 54322),
    qstash,
    dir,
    functionsEnv: another ? variables : withoutCredentials(variables),
    qstashUrl: another ? QSTASH_URL : undefined,
    watch: true,
    onProgress: steps.stage,
    onLog: show,
  });
  stop = () => stack.stop();
  const configured = configuration({ ...stack.env, ...variables });
  const functionsUrl = "problem" in configured
    ? `${stack.env.SUPABASE_URL}/functions/v1`
    : configured.functionsUrl;
  if (stack.qstash) {
    steps.begin("Scheduling the sweep, every minute");
    await scheduleSweep(stack.qstash, functionsUrl, "* * * * *").then(
      () => steps.done(),
      () => steps.failed(),
    );
  }
  kept.tell(stack.env);
  steps.begin("Serving the frontend");
  const web = await serveFrontend(stack.env, webPort);
  stop = async () => {
    if ("stop" in web) await web.stop();
    await stack.stop();
  };
  if ("stop" in web) steps.done();
  else steps.failed();

  const shown = relative(Deno.cwd(), dir) || ".";
  print(`\n${bold("Ready")} ${dim(`after ${seconds(performance.now() - started).trim()}`)}\n`);
  table([["Frontend", bold("url" in web ? web.url : "none")], ...Object.entries(stack.env)]);
  const files = `Also in ${shown}/stack.env; the whole log in ${shown}/stack.log.`;
  print(`\n  ${dim(`${files} Ctrl-C stops everything.`)}\n`);
  if ("problem" in web) printError(`${red(web.problem)}\n`);
  if ("problem" in configured) {
    printError(`${red(configured.problem)}: the functions answer 500 until it is mended.\n`);
  } else if (stack.qstash && isElsewhere(functionsUrl, stack.env.SUPABASE_URL)) {
    printError(
      `${
        red(`FUNCTIONS_URL is ${functionsUrl}`)
      }: QStash calls that, and not this stack's ${stack.env.SUPABASE_URL}.\n`,
    );
  }
  if (!stack.qstash) {
    print(`${bold("QSTASH_URL is another server:")} it must be able to call ${functionsUrl},`);
    print("and the sweep has no schedule there unless you make one: npm run schedule.\n");
  }
} catch (error) {
  steps.failed();
  printError(`\n${red(describeError(error))}\n`);
  await stop();
  Deno.exit(1);
}

function readArguments(): { dir?: string } {
  const usage = `npm start -- [--dir DIRECTORY]   where the stack is kept (.local)
API_PORT, DB_PORT, QSTASH_PORT and WEB_PORT move its ports.`;
  try {
    const options = { dir: { type: "string" }, help: { type: "boolean" } } as const;
    const { values } = parseArgs({ args: Deno.args, options });
    if (!values.help) return values;
    print(usage);
  } catch (error) {
    printError(`${red(describeError(error))}\n\n${usage}`);
    Deno.exit(1);
  }
  Deno.exit(0);
}

/**
 * The page on the port that was asked for; else on that of `site_url` in supabase/config.toml, where Auth
 * sends people back to, or on any if that is taken. The backend goes on without it.
 */
async function serveFrontend(settings: WebSettings, asked: number | null) {
  const serve = (port: number) => serveWeb(settings, port, `${dir}/vite`);
  if (asked !== null) return await serve(asked);
  const { auth } = await readProjectConfig(REPOSITORY);
  const port = Number(URL.parse(auth?.site_url ?? "")?.port) || 5173;
  return await serve(port).catch(() => serve(0))
    .catch((error) => ({ problem: `No frontend: ${describeError(error)}` }));
}

/** The functions' configuration, or what they will say about it at the first request. */
function configuration(variables: Record<string, string>): Config | { problem: string } {
  try {
    return readConfig({ env: (name) => variables[name] });
  } catch (error) {
    if (error instanceof ConfigError) return { problem: error.message };
    throw error;
  }
}

/** Whether a URL leads to this machine, but not to the stack: left from other ports, most likely. */
function isElsewhere(url: string, stack: string): boolean {
  const { hostname, port } = new URL(url);
  return ["127.0.0.1", "localhost"].includes(hostname) && port !== new URL(stack).port;
}

/** Our own server has its own credentials, whatever the shell or .env say. */
function withoutCredentials(variables: Record<string, string>): Record<string, string> {
  const own = ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"];
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !own.includes(name)));
}

/** Everything goes to .local/stack.log; what the functions say also to the terminal. */
function show(source: string, line: string): void {
  kept?.log(`${source} ${line}`);
  if (!source.endsWith("-job") && !source.endsWith("-jobs")) return;
  const text = readable(line);
  if (text) print(`${dim(source.padEnd(11))} ${text}`);
}

/** A function's JSON log line, for people: the event, then its fields. Other lines as they are. */
function readable(line: string): string | null {
  try {
    const { at: _at, fn: _fn, event, ...fields } = JSON.parse(line);
    const idle = event === "swept" && Object.values(fields).every((count) => count === 0);
    if (idle) return null; // once a minute, for ever
    return `${event} ${dim(Object.entries(fields).map(([k, v]) => `${k}=${v}`).join(" "))}`;
  } catch {
    return line;
  }
}
