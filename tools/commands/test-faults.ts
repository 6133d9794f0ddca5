/**
 * npm run test:faults: all of tests/faults and tests/security, of which `npm test` runs a part. One seed
 * decides every random choice. Prints the tables of results that the tests leave, see
 * tests/support/campaign.ts.
 */
import { parseArgs } from "node:util";
import { describeError } from "../local-stack/stack_errors.ts";
import { cleanUpOnExit, root } from "./lib/process.ts";
import { bold, cyan, dim, green, print, printError, red } from "./lib/terminal.ts";

type Row = Record<string, string | number>;

const seed = readSeed();
const again = `again: ${cyan(`npm run test:faults -- --seed ${seed}`)}`;
const temporary = await Deno.makeTempDir({ prefix: "vision-board-faults-" });
await Deno.chmod(temporary, 0o1777); // as /tmp: as root, Postgres runs as another user
const reports = `${temporary}/reports`;
await Deno.mkdir(reports);
const started = performance.now();

print(`\n${bold("Faults and attacks")} ${dim("· all of them")} · seed ${bold(String(seed))}\n`);
const options = ["--quiet", "--no-check", "--allow-all", "--parallel"];
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", ...options, "tests/faults", "tests/security"],
  cwd: root,
  env: {
    DENO_JOBS: Deno.env.get("DENO_JOBS") ?? "2",
    CAMPAIGN: "full",
    SEED: String(seed),
    CAMPAIGN_REPORT: reports,
    TMPDIR: temporary, // so that what killed processes leave goes with it
  },
  stdin: "null",
}).spawn();
let ending = false;
cleanUpOnExit(async () => {
  ending = true;
  try {
    child.kill("SIGTERM");
  } catch { /* Ctrl-C in a terminal reaches it too */ }
  await child.status;
  await removeTemporary();
  print(dim(`\nEnded early · ${again}`));
});

const { code } = await child.status;
if (ending) await new Promise(() => {}); // cleanUpOnExit ends the process
for (const { name } of [...Deno.readDirSync(reports)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  print(bold(name.replace(/\.json$/, "")));
  printTable(JSON.parse(await Deno.readTextFile(`${reports}/${name}`)));
  print();
}
await removeTemporary();
const took = Math.round((performance.now() - started) / 1000);
const time = dim(`· ${Math.floor(took / 60)} min ${took % 60} s`);
print(`${code === 0 ? `${green("✓")} Passed` : `${red("✗")} Failed`} ${time} · ${again}\n`);
Deno.exit(code);

function readSeed(): number {
  try {
    const { values } = parseArgs({ args: Deno.args, options: { seed: { type: "string" } } });
    const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
    if (!Number.isInteger(seed)) throw new Error("--seed must be a whole number.");
    return seed;
  } catch (error) {
    printError(`${red(describeError(error))}\n\nnpm run test:faults -- [--seed N]`);
    Deno.exit(1);
  }
}

/** Processes that were just ended may still write for a moment. */
async function removeTemporary(): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      return await Deno.remove(temporary, { recursive: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Prints a table in aligned columns, numbers to the right. */
function printTable(rows: Row[]): void {
  const keys = Object.keys(rows[0] ?? {});
  const columns = keys.map((key) => {
    const cells = [key, ...rows.map((row) => String(row[key] ?? ""))];
    const width = Math.max(...cells.map((cell) => cell.length));
    const numbers = rows.every((row) => typeof row[key] === "number");
    return cells.map((cell) => numbers ? cell.padStart(width) : cell.padEnd(width));
  });
  for (let i = 0; i <= rows.length; i++) {
    const line = `  ${columns.map((cells) => cells[i]).join("  ").trimEnd()}`;
    print(i === 0 ? dim(line) : line);
  }
}
