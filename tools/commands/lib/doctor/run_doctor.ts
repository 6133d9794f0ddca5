import { within } from "../../../../supabase/functions/_shared/timing.ts";
import { describeError } from "../../../local-stack/stack_errors.ts";
import type { HostedProject } from "../hosted_project.ts";
import { bold, dim, green, print, red, yellow } from "../terminal.ts";
import { authChecks } from "./check_auth.ts";
import { boardCheck } from "./check_board.ts";
import { databaseChecks } from "./check_database.ts";
import { functionChecks } from "./check_functions.ts";
import { qstashChecks } from "./check_qstash.ts";
import { storageChecks } from "./check_storage.ts";
import { type Deployment, type DeploymentOptions, openDeployment } from "./deployment.ts";
import { type Check, failIf, type Finding, NotCheckedError, type Status } from "./finding.ts";

export interface DoctorOptions extends DeploymentOptions {
  project: HostedProject;
  /** Also makes a board, and removes it. */
  board?: boolean;
}

const variables: Check<Deployment> = {
  label: "Variables",
  run: ({ project: { problems } }) => Promise.resolve(failIf(problems, "complete and well formed")),
};

/** Each check ends after so many seconds; the board may wait for others. */
const CHECK = 60, BOARD = 120;

const MARKS: Record<Status, string> = {
  ok: green("✓"),
  warn: yellow("!"),
  fail: red("✗"),
  "not checked": dim("–"),
};

/**
 * Says what is wrong with a deployed project: a line for each check, with its cure. Changes nothing, but for
 * the board that `board` makes and removes.
 * @returns how many checks failed; warnings and what could not be checked do not count
 */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const groups = diagnose(options);
  const width = Math.max(
    ...groups.flatMap(({ checks }) => checks.map(({ label }) => label.length)),
  );
  const counts: Record<Status, number> = { ok: 0, warn: 0, fail: 0, "not checked": 0 };
  const first = new Map<string, string>(); // the label that a text came with first
  for (const { title, checks } of groups) {
    print(`\n${bold(title)}`);
    for (const { label, finding } of checks) {
      const { status, text } = await finding;
      counts[status]++;
      const reason = first.has(text) ? `see ${first.get(text)}` : text;
      const shown = status === "not checked" ? `not checked: ${reason}` : text;
      if (!first.has(text)) first.set(text, label);
      print(`${MARKS[status]} ${label.padEnd(width)}  ${wrap(shown, width + 4)}`);
    }
  }
  print(`\n${summarize(counts)}\n`);
  return counts.fail;
}

/** Starts all checks, in their order. No finding rejects: one's failure keeps no other from its work. */
export function diagnose({ project, board, ...options }: DoctorOptions) {
  const deployment = openDeployment(project, options);
  const groups: [string, Check<Deployment>[]][] = [
    ["Project", [variables, ...authChecks]],
    ["Functions", functionChecks],
    ["Database", databaseChecks],
    ["Storage", storageChecks],
    ["QStash", qstashChecks],
  ];
  if (board) groups.push(["Board", [boardCheck]]);
  return groups.map(([title, checks]) => ({
    title,
    checks: checks.map((check) => ({ label: check.label, finding: examine(check, deployment) })),
  }));
}

async function examine(check: Check<Deployment>, deployment: Deployment): Promise<Finding> {
  try {
    const found = await within(check === boardCheck ? BOARD : CHECK, check.run(deployment));
    return { ...found, text: hide(found.text, deployment) };
  } catch (error) {
    const status = error instanceof NotCheckedError ? "not checked" : "fail";
    return { status, text: hide(describeError(error), deployment) };
  }
}

/** The text without what nobody may see, whoever put it there. */
function hide(text: string, { secrets }: Deployment): string {
  const longest = [...secrets].filter((secret) => secret.length > 5)
    .sort((a, b) => b.length - a.length);
  return longest.reduce((hidden, secret) => hidden.replaceAll(secret, "…"), text);
}

/** At a terminal, lines of its width, all but the first indented. */
function wrap(text: string, indent: number): string {
  if (!Deno.stdout.isTerminal()) return text;
  const width = Math.max(30, Deno.consoleSize().columns - indent - 1);
  return text.replaceAll(new RegExp(`(.{1,${width}})(?:\\s+|$)`, "g"), `$1\n${" ".repeat(indent)}`)
    .trim();
}

function summarize(counts: Record<Status, number>): string {
  const parts = [
    counts.fail > 0 && red(`${counts.fail} failed`),
    counts.warn > 0 && `${counts.warn} to look at`,
    counts["not checked"] > 0 && `${counts["not checked"]} not checked`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(" · ") : green("All is well.");
}
