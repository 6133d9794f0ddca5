/**
 * npm run demo: the main job on a fresh machine. Starts a throw-away stack, signs a person up, creates a
 * job from their goals, shows how it goes, reads the row as that person, writes the picture, stops.
 */
import { parseArgs } from "node:util";
import { startStack } from "../local/stack.ts";
import { onEnd } from "./lib/lifetime.ts";
import { ask } from "./lib/person.ts";
import { sampleGoals } from "./lib/samples.ts";
import { bold, dim, print, red, seconds, shorten, Steps, table } from "./lib/terminal.ts";

const usage = `npm run demo -- "a goal" "another goal" … [options]

  --out FILE       where the picture goes (vision-board.jpg)
  --name NAME      whose board it is (Ava)
  --rank-tag TAG   a tag on the board, e.g. @ava
  --theme THEME    light or dark`;

const { goals, options } = readArguments();
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
  const job = await person.create({
    goals,
    name: options.name ?? "Ava",
    rank_tag: options["rank-tag"] ?? (options.name ? null : "@ava"),
    theme: options.theme ?? "light",
    idempotency_key: crypto.randomUUID(),
  });
  const row = await person.wait(job.id);
  steps.begin("Downloading the picture by its signed URL");
  const response = await fetch(row.image_url!);
  if (!response.ok) throw new Error(`The picture could not be read: HTTP ${response.status}.`);
  const picture = await response.bytes();
  const out = options.out ?? "vision-board.jpg";
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
  print(`\n${red(error instanceof Error ? error.message : String(error))}\n`);
  await stop();
  Deno.exit(1);
}

function readArguments() {
  const text = { type: "string" } as const;
  try {
    const { positionals, values } = parseArgs({
      args: Deno.args,
      allowPositionals: true,
      options: { out: text, name: text, "rank-tag": text, theme: text, help: { type: "boolean" } },
    });
    if (values.help) {
      print(usage);
      Deno.exit(0);
    }
    return { goals: positionals.length > 0 ? positionals : sampleGoals, options: values };
  } catch (error) {
    print(red(error instanceof Error ? error.message : String(error)));
    print(`\n${usage}`);
    Deno.exit(1);
  }
}
