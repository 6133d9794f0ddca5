/** npm start: the local stack and the frontend, until Ctrl-C. Kept under .local/, or in `--dir`. */
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeError } from "../local-stack/stack_errors.ts";
import { startStack } from "../local-stack/stack.ts";
import { type Config, readConfig } from "../../supabase/functions/_shared/config.ts";
import { ConfigError } from "../../supabase/functions/_shared/errors.ts";
import { functionsEnv, isOurQStash, portFrom } from "./lib/env.ts";
import { cleanUpOnExit, root } from "./lib/process.ts";
import { openStackDirectory, type StackDirectory } from "./lib/stack_directory.ts";
import { bold, dim, print, printError, red, seconds, Steps, table } from "./lib/terminal.ts";
import { loadVite, serveWeb, type WebSettings } from "./lib/vite.ts";
import { scheduleSweep } from "./schedule.ts";

const dir = resolve(readArguments().dir ?? `${root}.local`);
const steps = new Steps();
const started = performance.now();
let directory: StackDirectory | undefined;
let stop = () => Promise.resolve();
cleanUpOnExit(async () => {
  print(`\n${dim("Stopping …")}`);
  await stop();
});

try {
  print(`\n${bold("Vision Board Jobs")} ${dim("· local stack")}\n`);
  directory = openStackDirectory(dir);
  void loadVite().catch(() => {}); // loads meanwhile; serveWeb says what is wrong with it
  const { QSTASH_URL, ...variables } = await functionsEnv();
  const qstash = portFrom("QSTASH_PORT", 8080);
  const webPort = portFrom("WEB_PORT", null);
  const otherQStash = QSTASH_URL && !isOurQStash(QSTASH_URL, qstash) ? QSTASH_URL : undefined;
  const stack = await startStack({
    api: portFrom("API_PORT", 54321),
    db: portFrom("DB_PORT", 54322),
    qstash,
    dir,
    functionsEnv: otherQStash ? variables : withoutCredentials(variables),
    qstashUrl: otherQStash,
    watch: true,
    onProgress: steps.stage,
    onLog: showLog,
  });
  stop = () => stack.stop();
  const config = functionsConfig({ ...stack.env, ...variables });
  const functionsUrl = "problem" in config
    ? `${stack.env.SUPABASE_URL}/functions/v1`
    : config.functionsUrl;
  if (stack.qstash) {
    steps.begin("Scheduling the sweep, every minute");
    await scheduleSweep(stack.qstash, functionsUrl, "* * * * *").then(
      () => steps.done(),
      () => steps.failed(),
    );
  }
  directory.writeEnv(stack.env);
  steps.begin("Serving the frontend");
  const web = await serveFrontend(stack.env, webPort);
  if ("problem" in web) steps.failed();
  else {
    steps.done();
    stop = async () => {
      await web.stop();
      await stack.stop();
    };
  }

  const shown = relative(Deno.cwd(), dir) || ".";
  print(`\n${bold("Ready")} ${dim(`after ${seconds(performance.now() - started).trim()}`)}\n`);
  table([["Frontend", bold("url" in web ? web.url : "none")], ...Object.entries(stack.env)]);
  const files = `Also in ${shown}/stack.env. The whole log is in ${shown}/stack.log.`;
  print(`\n  ${dim(`${files} Ctrl-C stops everything.`)}\n`);
  if ("problem" in web) printError(`${red(web.problem)}\n`);
  if ("problem" in config) {
    printError(`${red(config.problem)}: the functions answer 500 until it is corrected.\n`);
  } else if (stack.qstash && isOtherPort(functionsUrl, stack.env.SUPABASE_URL)) {
    const set = red(`FUNCTIONS_URL is ${functionsUrl}`);
    printError(`${set}: QStash calls that URL, not this stack's ${stack.env.SUPABASE_URL}.\n`);
  }
  if (!stack.qstash) {
    print(`${bold("QSTASH_URL is another server:")} it must be able to call ${functionsUrl}.`);
    print("The sweep has no schedule there until you create one: npm run schedule.\n");
  }
} catch (error) {
  steps.failed();
  printError(`\n${red(describeError(error))}\n`);
  await stop();
  Deno.exit(1);
}

function readArguments(): { dir?: string } {
  const usage = `npm start -- [--dir DIRECTORY]   where to keep the stack (.local)
API_PORT, DB_PORT, QSTASH_PORT and WEB_PORT change its ports.`;
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

/** Serves the page on the given port, else on 5173, else on a free one. The backend runs without it. */
async function serveFrontend(settings: WebSettings, port: number | null) {
  const serve = (port: number) => serveWeb(settings, port, `${dir}/vite`);
  if (port !== null) return await serve(port);
  return await serve(5173).catch(() => serve(0))
    .catch((error) => ({ problem: `No frontend: ${describeError(error)}` }));
}

/** The functions' configuration, or what they will say about it at the first request. */
function functionsConfig(variables: Record<string, string>): Config | { problem: string } {
  try {
    return readConfig((name) => variables[name]);
  } catch (error) {
    if (error instanceof ConfigError) return { problem: error.message };
    throw error;
  }
}

/** Whether a URL leads to this machine, but not to the stack: probably left from other ports. */
function isOtherPort(url: string, stack: string): boolean {
  const { hostname, port } = new URL(url);
  return ["127.0.0.1", "localhost"].includes(hostname) && port !== new URL(stack).port;
}

/** Our own QStash has its own credentials, whatever the shell or .env say. */
function withoutCredentials(variables: Record<string, string>): Record<string, string> {
  const own = ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"];
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !own.includes(name)));
}

/** Writes everything to stack.log, and what the functions say to the terminal, too. */
function showLog(source: string, line: string): void {
  directory?.log(`${source} ${line}`);
  if (!source.endsWith("-job") && !source.endsWith("-jobs")) return;
  const text = readable(line);
  if (text) print(`${dim(source.padEnd(11))} ${text}`);
}

/** A function's JSON log line for people: the event, then its fields. Other lines stay as they are. */
function readable(line: string): string | null {
  try {
    const { at: _at, fn: _fn, event, ...fields } = JSON.parse(line);
    const idle = event === "swept" && Object.values(fields).every((count) => count === 0);
    if (idle) return null; // once a minute
    return `${event} ${dim(Object.entries(fields).map(([k, v]) => `${k}=${v}`).join(" "))}`;
  } catch {
    return line;
  }
}
