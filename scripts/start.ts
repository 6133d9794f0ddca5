/** npm start: the local stack and the frontend, until Ctrl-C. Kept under .local/, or in `--dir`. */
import { describeError } from "../local/errors.ts";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readConfig as readProject, REPOSITORY } from "../local/project.ts";
import { startStack } from "../local/stack.ts";
import { ConfigError, readConfig } from "../supabase/functions/_shared/config.ts";
import { functionsEnv, isOurQStash, portFrom } from "./lib/env.ts";
import { type KeptDirectory, keptDirectory } from "./lib/kept_directory.ts";
import { onEnd } from "./lib/lifetime.ts";
import { scheduleSweep } from "./lib/schedule.ts";
import { loadVite, serveWeb } from "./lib/web.ts";
import { bold, dim, print, printError, red, seconds, Steps, table } from "./lib/terminal.ts";

const { values } = parseArgs({ args: Deno.args, options: { dir: { type: "string" } } });
/** Where the stack's data, keys and log are kept. */
const dir = resolve(values.dir ?? fileURLToPath(new URL("../.local", import.meta.url)));
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
  const webPort = portFrom("WEB_PORT", await sitePort());
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
  const functionsUrl = variables.FUNCTIONS_URL ?? `${stack.env.SUPABASE_URL}/functions/v1`;
  if (stack.qstash) {
    steps.begin("Scheduling the sweep, every minute");
    await scheduleSweep(stack.qstash, functionsUrl, "* * * * *").then(
      () => steps.done(),
      () => steps.failed(),
    );
  }
  steps.begin("Serving the frontend");
  const web = await serveWeb(stack.env, webPort, `${dir}/vite`);
  stop = async () => {
    await web.stop();
    await stack.stop();
  };
  steps.done();
  const problem = misconfigured({ ...stack.env, ...variables });

  const file = `${dir}/stack.env`;
  const lines = Object.entries(stack.env).map(([name, value]) => `${name}=${value}\n`);
  await Deno.writeTextFile(file, lines.join(""), { mode: 0o600 });

  const shown = relative(Deno.cwd(), dir) || ".";
  print(`\n${bold("Ready")} ${dim(`after ${seconds(performance.now() - started).trim()}`)}\n`);
  table([["Frontend", bold(web.url)], ...Object.entries(stack.env)]);
  const files = `Also in ${shown}/stack.env; the whole log in ${shown}/stack.log.`;
  print(`\n  ${dim(`${files} Ctrl-C stops everything.`)}\n`);
  if (problem) printError(`${red(problem)}: the functions answer 500 until it is mended.\n`);
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

/** Where Auth sends people back to: the port of `site_url` in supabase/config.toml. */
async function sitePort(): Promise<number> {
  const { auth } = await readProject(REPOSITORY);
  return Number(new URL(auth?.site_url ?? "").port);
}

/** What the functions will say about their configuration, if it is wrong. */
function misconfigured(variables: Record<string, string>): string | null {
  try {
    readConfig({ env: (name) => variables[name] });
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
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
