/**
 * npm run demo: the main job on a fresh machine. Starts a throw-away stack, signs a person up, creates a
 * job from their goals, shows how it goes, reads the row as that person, writes the picture, stops.
 */
import { describeError } from "../local-stack/stack_errors.ts";
import { startStack } from "../local-stack/stack.ts";
import { boardArguments } from "./lib/board_arguments.ts";
import { onEnd } from "./lib/lifetime.ts";
import { ask } from "./lib/person.ts";
import {
  bold,
  dim,
  print,
  printError,
  red,
  seconds,
  shorten,
  Steps,
  table,
} from "./lib/terminal.ts";

const { request, out } = await boardArguments("demo");
const steps = new Steps();
const started = performance.now();
let stop = () => Promise.resolve();
onEnd(() => stop());

try {
  print(`\n${bold("Vision Board Jobs")} ${dim("· demo")}\n`);
  const stack = await startStack({
    api: 0,
    db: 0,
    qstash: 0,
    onProgress: steps.stage,
    onLog: () => {},
  });
  stop = () => stack.stop();

  const person = await ask(stack.env, steps);
  const job = await person.create({ ...request, idempotency_key: crypto.randomUUID() });
  const row = await person.wait(job.id);
  steps.begin("Downloading the picture by its signed URL");
  const response = await fetch(row.image_url!);
  if (!response.ok) throw new Error(`The picture could not be read: HTTP ${response.status}.`);
  const picture = await response.bytes();
  await Deno.writeFile(out, picture);
  steps.done();

  print(`\n${bold("The row, as its owner reads it")}\n`);
  table(
    Object.entries(row).filter(([, value]) => value !== null).map(([name, value]) => [
      name,
      shorten(typeof value === "string" ? value : JSON.stringify(value)),
    ]),
  );
  const took = seconds(performance.now() - started).trim();
  print(
    `\n${bold(`→ ${out}`)} ${dim(`${Math.round(picture.length / 1000)} KB · ${took} in all`)}\n`,
  );
  await stop();
  Deno.exit(0);
} catch (error) {
  steps.failed();
  printError(`\n${red(describeError(error))}\n`);
  await stop();
  Deno.exit(1);
}
