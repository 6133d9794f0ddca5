/**
 * npm run demo: the main job on a fresh machine. Starts a throw-away stack, signs a person up, creates a
 * job from their goals, shows its progress, reads the row as that person, writes the board, stops.
 */
import { describeError } from "../local-stack/stack_errors.ts";
import { startStack } from "../local-stack/stack.ts";
import { boardArguments } from "./lib/board_arguments.ts";
import { signUp } from "./lib/person.ts";
import { cleanUpOnExit } from "./lib/process.ts";
import { bold, dim, print, printError, red, seconds, shorten } from "./lib/terminal.ts";
import { Steps, table } from "./lib/terminal.ts";

const { request, out } = await boardArguments("demo");
const steps = new Steps();
const started = performance.now();
let stop = () => Promise.resolve();
cleanUpOnExit(() => stop());

try {
  print(`\n${bold("Vision Board Jobs")} ${dim("· demo")}\n`);
  const ports = { api: 0, db: 0, qstash: 0 };
  const stack = await startStack({ ...ports, onProgress: steps.stage, onLog: () => {} });
  stop = () => stack.stop();

  const person = await signUp(stack.env, steps);
  const job = await person.createJob({ ...request, idempotency_key: crypto.randomUUID() });
  const row = await person.waitForBoard(job.id);
  steps.begin("Downloading the board from its signed URL");
  const response = await fetch(row.image_url!);
  if (!response.ok) throw new Error(`The board cannot be downloaded: HTTP ${response.status}.`);
  const board = await response.bytes();
  await Deno.writeFile(out, board);
  steps.done();

  print(`\n${bold("The row, as its owner reads it")}\n`);
  const filled = Object.entries(row).filter(([, value]) => value !== null);
  table(filled.map(([name, value]) => [
    name,
    shorten(typeof value === "string" ? value : JSON.stringify(value)),
  ]));
  const took = seconds(performance.now() - started).trim();
  const size = `${Math.round(board.length / 1000)} KB · ${took} in all`;
  print(`\n${bold(`→ ${out}`)} ${dim(size)}\n`);
  await stop();
  Deno.exit(0);
} catch (error) {
  steps.failed();
  printError(`\n${red(describeError(error))}\n`);
  await stop();
  Deno.exit(1);
}
