/**
 * npm run test:faults: the full campaign of tests/faults and tests/attack, of which `npm test` runs a
 * part. Every random choice comes from one seed.
 */
import { parseArgs } from "node:util";
import { describeError } from "../local-stack/stack_errors.ts";
import { fillTable } from "./lib/docs_tables.ts";
import { onEnd } from "./lib/lifetime.ts";
import { printTable, readReports } from "./lib/reports.ts";
import { removeTemporary, temporaryDirectory } from "./lib/temporary.ts";
import { bold, cyan, dim, green, print, printError, red } from "./lib/terminal.ts";

const usage = `npm run test:faults -- [options]

  --seed N   what every random choice is made from; the same seed gives the same choices (a new one)
  --docs     writes the tables that the run reports into docs/reliability.md and docs/security.md`;

const root = new URL("../..", import.meta.url).pathname;
const { seed, docs } = readArguments();
const temporary = await temporaryDirectory("vision-board-campaign-");
const reportDirectory = await Deno.makeTempDir({ dir: temporary, prefix: "report-" });
const started = performance.now();

print(
  `\n${bold("Faults and attacks")} ${dim("· the full campaign")} · seed ${bold(String(seed))}\n`,
);
const child = new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "--quiet",
    "--no-check",
    "--allow-all",
    "--parallel",
    "tests/faults",
    "tests/security",
  ],
  cwd: root,
  env: {
    DENO_JOBS: Deno.env.get("DENO_JOBS") ?? "2",
    CAMPAIGN: "full",
    SEED: String(seed),
    CAMPAIGN_REPORT: reportDirectory,
    TMPDIR: temporary,
  },
  stdin: "null",
  stdout: "inherit",
  stderr: "inherit",
}).spawn();
let ending = false;
onEnd(async () => {
  ending = true;
  try {
    child.kill("SIGTERM");
  } catch { /* Ctrl-C in a terminal reaches it too */ }
  await child.status;
  await removeTemporary(temporary);
  print(dim(`\nEnded early · ${again()}`));
});

const { code } = await child.status;
if (ending) await new Promise(() => {}); // onEnd ends the process
const reports = await readReports(reportDirectory);
await removeTemporary(temporary);

for (const { name, rows } of reports) {
  print(bold(name));
  printTable(rows);
  print();
}
const took = Math.round((performance.now() - started) / 1000);
const time = `${Math.floor(took / 60)} min ${took % 60} s`;
const verdict = code === 0
  ? `${green("✓")} ${bold("Everything held")}`
  : `${red("✗")} ${bold("Something did not hold")}`;
print(`${verdict} ${dim(`· ${reports.length} tables · ${time}`)} · ${again()}\n`);

if (docs && code === 0) await writeTables();
else if (docs) printError("The docs stay as they are until everything holds.\n");
Deno.exit(code);

function again(): string {
  return `again: ${cyan(`npm run test:faults -- --seed ${seed}`)}`;
}

async function writeTables() {
  for (const { name, rows } of reports) {
    const filled: string[] = [];
    for (const file of ["docs/reliability.md", "docs/security.md"]) {
      if (await fillTable(`${root}${file}`, name, rows)) filled.push(file);
    }
    print(`${name}: ${filled.join(", ") || dim("in no document")}`);
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      args: Deno.args,
      options: { seed: { type: "string" }, docs: { type: "boolean" }, help: { type: "boolean" } },
    });
    if (values.help) {
      print(usage);
      Deno.exit(0);
    }
    const { docs = false } = values;
    const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
    if (!Number.isInteger(seed)) throw new Error("--seed must be a whole number.");
    return { seed, docs };
  } catch (error) {
    printError(`${red(describeError(error))}\n\n${usage}`);
    Deno.exit(1);
  }
}
