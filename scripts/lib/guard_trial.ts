/** Takes a guard away in a copy of the project, and sees whether its test notices. */
import { join } from "node:path";
import type { Guard } from "../../tests/guards/guard.ts";
import { withoutGuard } from "./guard_list.ts";
import { runTests, type TestRun, type Workspace } from "./test_run.ts";

export interface Verdict {
  /**
   * noticed: the test ran and failed. survived: it passed without the guard. error: nothing was proved,
   * e.g. no test has the name, or the stack did not start.
   */
  outcome: "noticed" | "survived" | "error";
  /** The test that noticed. */
  by: string;
  /** What it said, or what is wrong. */
  said: string;
}

const error = (said: string): Verdict => ({ outcome: "error", by: "", said });

/** Tries one guard. The copy is as before afterwards. `limit`: seconds for its test. */
export async function tryGuard(
  workspace: Workspace,
  guard: Guard,
  limit: number,
): Promise<Verdict> {
  const file = join(workspace.project, guard.file);
  const original = await Deno.readTextFile(file).catch(() => "");
  let changed: string;
  try {
    changed = await withoutGuard(workspace.project, guard);
  } catch (problem) {
    return error((problem as Error).message);
  }
  const flaws = await undefinedNames(file);
  await Deno.writeTextFile(file, changed);
  try {
    const more = await undefinedNames(file);
    if (more.length > flaws.length) return error(`the replacement breaks the file: ${more.at(-1)}`);
    if (guard.file.startsWith("supabase/functions/") && !await functionsLoad(workspace)) {
      return error("the functions do not load any more");
    }
    return judge(await runTests(workspace, guard.test, guard.name, limit), guard);
  } finally {
    await Deno.writeTextFile(file, original);
  }
}

/** What a run says about the guard that was missing in it. */
function judge(run: TestRun, { name, test }: Guard): Verdict {
  if (run.timedOut) return error("took too long, and was ended");
  if (run.cases === null) return error(`${test} does not load: ${run.error}`);
  const named = run.cases.filter((one) => one.name.includes(name));
  if (named.length === 0) return error(`${test} has no test named ${name}`);
  const failed = named.find((one) => one.outcome === "failed");
  if (failed) return { outcome: "noticed", by: failed.name, said: failed.said };
  const passed = named.find((one) => one.outcome === "passed");
  if (!passed) return error(run.code === 0 ? "the test is ignored" : `no start: ${run.error}`);
  if (run.code === 0 || run.cases.some((one) => one.outcome === "failed")) {
    return { outcome: "survived", by: "", said: `passes all the same: ${passed.name}` };
  }
  // it passed, and then what the file checks after its last test failed, such as the search for leaks
  return { outcome: "noticed", by: `${passed.name} (at the end of its file)`, said: run.error };
}

/**
 * That the tests pass while nothing is missing: one run of the file for all its guards.
 * @returns what is wrong, by the guard that it concerns
 */
export async function baseline(
  workspace: Workspace,
  test: string,
  guards: Guard[],
  limit: number,
): Promise<Map<Guard, Verdict>> {
  const names = [...new Set(guards.map(({ name }) => name))];
  const filter = `/${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")}/`;
  const run = await runTests(workspace, test, filter, limit * names.length);
  const problems = new Map<Guard, Verdict>();
  for (const guard of guards) {
    const { outcome, said } = judge(run, guard);
    if (outcome === "error") problems.set(guard, error(said));
    if (outcome === "noticed") problems.set(guard, error(`fails with the guard in place: ${said}`));
  }
  return problems;
}

/**
 * Names that are defined nowhere, and syntax errors: a function with one of these fails every test, which
 * proves nothing. (Types prove nothing either: without a guard, a value may be null.)
 */
async function undefinedNames(file: string): Promise<string[]> {
  if (!file.endsWith(".ts")) return [];
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["lint", "--no-config", "--rules-tags=", "--rules-include=no-undef", file],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  const lines = new TextDecoder().decode(stderr).split("\n").map((line) => line.trim());
  return lines.filter((line) => /^error\[|^SyntaxError/.test(line));
}

/** A function that throws while it loads answers 503 to everything, which proves nothing either. */
async function functionsLoad({ project, scratch }: Workspace): Promise<boolean> {
  const directory = join(project, "supabase/functions");
  const imports = (await entries(directory)).filter((name) => /^[a-z]/.test(name))
    .map((name) => `await import("./supabase/functions/${name}/index.ts");`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", imports.join("\n")],
    cwd: project,
    env: { DENO_DIR: join(scratch, "deno") },
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

async function entries(directory: string): Promise<string[]> {
  return await Array.fromAsync(Deno.readDir(directory), ({ name }) => name).catch(() => []);
}
