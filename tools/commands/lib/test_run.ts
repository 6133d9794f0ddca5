/** One `deno test` of one file, as a child that dies with this process, and what its tests did. */
import { join } from "node:path";
import { type BoundChild, eachLine, spawnBound } from "../../local-stack/child_process.ts";

/** A copy of a project, and what belongs to it alone. */
export interface Workspace {
  project: string;
  /** Deno's cache, and the reports: compiled copies are of no use to anybody later. */
  scratch: string;
}

export interface TestCase {
  name: string;
  outcome: "passed" | "failed" | "not run";
  /** What the failure says, in one line. */
  said: string;
}

export interface TestRun {
  /** The exit code: 0 if everything passed, the file's beforeAll and afterAll included. */
  code: number;
  timedOut: boolean;
  /** Every test of the file, the filtered ones as not run. Null: the file could not be loaded. */
  cases: TestCase[] | null;
  /** The first error that belongs to no test, e.g. of beforeAll, or why the file cannot be loaded. */
  error: string;
}

/**
 * Runs the tests of a file whose names contain `filter`, or match it if it is written `/…/`.
 * @param limit seconds, after which the run is killed with everything that it started
 */
export async function runTests(
  { project, scratch }: Workspace,
  file: string,
  filter: string,
  limit: number,
): Promise<TestRun> {
  const report = join(scratch, "report.xml");
  await Deno.remove(report).catch(() => {});
  const child = spawnBound({
    command: Deno.execPath(),
    args: [
      ...["test", "--quiet", "--no-check", "--allow-all", `--junit-path=${report}`],
      ...["--filter", filter, file],
    ],
    signal: "KILL",
    env: {
      ...environment(),
      DENO_DIR: join(scratch, "deno"),
      TMPDIR: join(scratch, "tmp"), // what a run that is killed leaves there goes with the rest
      NO_COLOR: "1",
    },
    cwd: project,
  });
  running.add(child);
  const lines: string[] = [];
  const read = [child.stdout, child.stderr].map((out) => eachLine(out, (l) => lines.push(l)));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void child.stop();
  }, limit * 1000);
  const [{ code }] = await Promise.all([child.ended, ...read]).finally(() => {
    clearTimeout(timer);
    running.delete(child);
  });
  if (stopped) return await new Promise(() => {}); // the process is about to end; no verdict any more
  const xml = await Deno.readTextFile(report).catch(() => null);
  const cases = xml === null ? null : readReport(xml);
  return { code, timedOut, cases, error: ownError(lines) };
}

const running = new Set<BoundChild>();
let stopped = false;

/** Ends the runs that are under way, and lets none return. */
export async function stopRuns(): Promise<void> {
  stopped = true;
  await Promise.all([...running].map((child) => child.stop()));
}

/** Without what would make it another run than that of `npm test`. */
function environment(): Record<string, string> {
  const { CAMPAIGN: _1, CAMPAIGN_REPORT: _2, SEED: _3, ...env } = Deno.env.toObject();
  return env;
}

/** Deno's JUnit report: one `testcase` for each test, with `skipped` or `failure` in it. */
function readReport(xml: string): TestCase[] {
  const cases = xml.matchAll(/<testcase name="([^"]*)"[^>]*>([^]*?)<\/testcase>/g);
  return [...cases].map(([, name, inner]) => {
    const failure = /<failure message="([^"]*)"/.exec(inner!)?.[1];
    const outcome = failure !== undefined
      ? "failed"
      : inner!.includes("<skipped")
      ? "not run"
      : "passed";
    return { name: unescape(name!), outcome, said: oneLine(unescape(failure ?? "")) };
  });
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
const unescape = (text: string) => text.replace(/&(\w+);/g, (all, name) => entities[name] ?? all);

/** The first line, and of a comparison what differs. */
function oneLine(message: string): string {
  const [first = "", ...rest] = message.trim().split("\n").map((line) => line.trim());
  const differing = rest.filter((line) => /^[-+] /.test(line));
  const what = first.replace(/^(Uncaught )?(\(in promise\) )?(\w*Error: )?/, "");
  return [what, ...differing].join(" ").replace(/ +/g, " ");
}

/** What belongs to no test is printed last, under the name of the file. */
function ownError(lines: string[]): string {
  const from = lines.findIndex((line) => line.endsWith("(uncaught error)"));
  const error = lines.slice(Math.max(0, from))
    .find((line) => line.startsWith("error: ") && line !== "error: Test failed");
  return oneLine((error ?? "").replace("error: ", ""));
}
