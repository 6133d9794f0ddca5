/**
 * npm run test:guards: takes each guard of tests/guards away, one at a time and in a copy of the
 * repository, and expects the test that it names to fail. A check that never failed proves nothing.
 */
import { parseArgs } from "node:util";
import { describeError } from "../local/errors.ts";
import type { Guard } from "../tests/guards/guard.ts";
import { fillTable } from "./lib/docs_tables.ts";
import { readGuards } from "./lib/guard_list.ts";
import { baseline, tryGuard, type Verdict } from "./lib/guard_trial.ts";
import { onEnd } from "./lib/lifetime.ts";
import { each } from "./lib/progress.ts";
import { stopRuns, type Workspace } from "./lib/test_run.ts";
import { removeTemporary, temporaryDirectory } from "./lib/temporary.ts";
import { bold, dim, green, print, printError, red, seconds, shorten } from "./lib/terminal.ts";
import { copyProject } from "./lib/workspace.ts";

const usage = `npm run test:guards -- [options]

  --only TEXT   those whose guard, file or test has this in its name
  --jobs N      how many at a time (2)
  --docs        writes the tables of docs/reliability.md and docs/security.md`;

/** Seconds for one test with its stack: 3 on two quiet cores, up to 50 were seen at a load of 11. */
const limit = 120;
const root = new URL("..", import.meta.url).pathname;
const { only, jobs, docs } = readArguments();
const directory = await temporaryDirectory("vision-board-guards-");
const cleanUp = () => stopRuns().then(() => removeTemporary(directory));
onEnd(cleanUp);
try {
  const ok = await main();
  await cleanUp();
  Deno.exit(ok ? 0 : 1);
} catch (error) {
  printError(`\n${red(describeError(error))}\n`);
  await cleanUp();
  Deno.exit(1);
}

async function main(): Promise<boolean> {
  const all = await readGuards(root);
  const guards = all.filter((g) => [g.guard, g.file, g.test, g.name].join("\n").includes(only));
  if (guards.length === 0) throw new Error(`No guard has “${only}” in its name.`);
  const byTest = Map.groupBy(guards, ({ test }) => test);
  const started = performance.now();
  print(`\n${bold("Guards")} ${dim(`· ${guards.length}, tested by ${byTest.size} files`)}\n`);

  const workspaces: Workspace[] = [];
  for (let i = 1; i <= Math.min(jobs, guards.length); i++) {
    workspaces.push(await copyProject(root, `${directory}/${i}`));
  }
  const verdicts = new Map<Guard, Verdict>();

  print(dim("With every guard in place"));
  await each(workspaces, [...byTest], ([test]) => test, async (workspace, [test, its]) => {
    const problems = await baseline(workspace, test, its, limit);
    for (const [guard, verdict] of problems) verdicts.set(guard, verdict);
    const bad = [...problems].map(([guard, { said }]) => `    ${guard.guard}: ${red(said)}`);
    return [bad.length === 0, [test, ...new Set(bad)]];
  });

  print(dim("\nWithout each of them"));
  const sound = guards.filter((guard) => !verdicts.has(guard));
  await each(workspaces, sound, ({ guard }) => guard, async (workspace, guard) => {
    const verdict = await tryGuard(workspace, guard, limit);
    verdicts.set(guard, verdict);
    const { outcome, by, said } = verdict;
    if (outcome === "noticed") {
      return [true, [guard.guard, dim(`    ${shorten(`${by}: ${said}`, 110)}`)]];
    }
    return [false, [guard.guard, `    ${red(`${outcome}: ${said}`)} ${dim(guard.test)}`]];
  });

  const count = (outcome: string) =>
    [...verdicts.values()].filter((v) => v.outcome === outcome).length;
  const [noticed, survived, errors] = [count("noticed"), count("survived"), count("error")];
  const ok = noticed === guards.length;
  const sentence = `${noticed} of ${guards.length} noticed, ${survived} survived, ${errors} errors`;
  const took = dim(`· ${seconds(performance.now() - started).trim()}`);
  print(`\n${ok ? green("✓") : red("✗")} ${bold(sentence)} ${took}\n`);
  if (docs && ok) await writeTables(guards, verdicts);
  else if (docs) printError("The docs stay as they are until every guard is noticed.\n");
  return ok;
}

/** In the order of the lists, so that a new run changes what changed. */
async function writeTables(guards: Guard[], verdicts: Map<Guard, Verdict>) {
  for (const doc of ["reliability", "security"] as const) {
    const rows = guards.filter((guard) => guard.doc === doc).map((guard) => ({
      "What was taken away": guard.guard,
      "Where": `\`${guard.file}\``,
      "Which test noticed": `${verdicts.get(guard)!.by} (\`${guard.test}\`)`,
    }));
    const file = `docs/${doc}.md`;
    const filled = rows.length > 0 && await fillTable(`${root}${file}`, "guards", rows);
    print(filled ? `${file}: ${rows.length} rows` : `${file}: no table of guards to be filled`);
  }
}

function readArguments() {
  const text = { type: "string" } as const, flag = { type: "boolean" } as const;
  try {
    const options = { only: text, jobs: text, docs: flag, help: flag };
    const { values } = parseArgs({ args: Deno.args, options });
    if (values.help) {
      print(usage);
      Deno.exit(0);
    }
    const { only = "", docs = false } = values;
    const jobs = Number(values.jobs ?? 2);
    if (!Number.isInteger(jobs) || jobs < 1) throw new Error("--jobs must be 1 or more.");
    if (docs && only) throw new Error("--docs needs every guard: leave --only out.");
    return { only, jobs, docs };
  } catch (error) {
    printError(`${red(describeError(error))}\n\n${usage}`);
    Deno.exit(1);
  }
}
