/** npm start: the local stack, until Ctrl-C. Its data is kept under .local/. */
import { startStack } from "../local/stack.ts";
import { functionsEnv, portFrom } from "./lib/env.ts";
import { onEnd } from "./lib/lifetime.ts";
import { scheduleSweep } from "./lib/schedule.ts";
import { bold, dim, print, red, seconds, Steps, table } from "./lib/terminal.ts";

const root = new URL("..", import.meta.url).pathname;
const steps = new Steps();
const started = performance.now();
let stop = () => Promise.resolve();
onEnd(async () => {
  print(`\n${dim("Stopping …")}`);
  await stop();
});

try {
  print(`\n${bold("Vision Board Jobs")} ${dim("· local stack")}\n`);
  const secrets = await functionsEnv();
  const stack = await startStack({
    api: portFrom("API_PORT", 54321),
    db: portFrom("DB_PORT", 54322),
    qstash: portFrom("QSTASH_PORT", 8080),
    dir: `${root}.local`,
    functionsEnv: { ...secrets, ...qstashFromShell() },
    qstashUrl: Deno.env.get("QSTASH_URL") ?? secrets.QSTASH_URL,
    watch: true,
    onProgress: (stage) => steps.begin(stage),
    onLog: (source, line) => print(`${dim(source.padEnd(11))} ${readable(line)}`),
  });
  stop = () => stack.stop();
  const functionsUrl = secrets.FUNCTIONS_URL ?? `${stack.env.SUPABASE_URL}/functions/v1`;
  steps.begin("Scheduling the sweep, every minute");
  await scheduleSweep({ url: stack.env.QSTASH_URL, token: stack.env.QSTASH_TOKEN }, functionsUrl);
  steps.done();

  const file = `${root}.local/stack.env`;
  const lines = Object.entries(stack.env).map(([name, value]) => `${name}=${value}\n`);
  await Deno.writeTextFile(file, lines.join(""), { mode: 0o600 });

  print(`\n${bold("Ready")} ${dim(`after ${seconds(performance.now() - started).trim()}`)}\n`);
  table(Object.entries(stack.env));
  print(`\n  ${dim("Also in .local/stack.env. Ctrl-C stops everything.")}\n`);
} catch (error) {
  steps.failed();
  print(`\n${red(error instanceof Error ? error.message : String(error))}\n`);
  await stop();
  Deno.exit(1);
}

/** QStash's variables may also come from the shell, as QSTASH_URL does. */
function qstashFromShell(): Record<string, string> {
  const names = ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"];
  const set = names.map((name) => [name, Deno.env.get(name)]).filter(([, value]) => value);
  return Deno.env.get("QSTASH_URL") ? Object.fromEntries(set) : {};
}

/** A function's JSON log line, for people: the event, then its fields. Other lines as they are. */
function readable(line: string): string {
  try {
    const { at: _at, fn: _fn, event, ...fields } = JSON.parse(line);
    return `${event} ${dim(Object.entries(fields).map(([k, v]) => `${k}=${v}`).join(" "))}`;
  } catch {
    return line;
  }
}
