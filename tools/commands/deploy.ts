/**
 * npm run deploy: everything onto a hosted project, again and again with the same result.
 *
 *   npm run deploy -- .env.production
 *   npm run deploy -- .env.production --dry-run   prints the commands instead
 *
 * Without a file the variables come from the environment, as in CI. Never asks: `--yes` is everywhere.
 */
import { parseArgs } from "node:util";
import { sweepSchedule } from "../../supabase/functions/_shared/qstash/publish.ts";
import { describeError } from "../local-stack/stack_errors.ts";
import { runDoctor } from "./lib/doctor/run_doctor.ts";
import { type HostedProject, readHostedProject } from "./lib/hosted_project.ts";
import { cleanUpOnExit, root, runSupabase } from "./lib/process.ts";
import { bold, dim, print, printError, red, Steps } from "./lib/terminal.ts";
import { scheduleSweep } from "./schedule.ts";

interface Step {
  label: string;
  /** As one would type it, for `--dry-run` and after a failure. */
  command: string;
  /** @returns what the CLI printed */
  run(): Promise<string | void>;
  /** After a failure: what to try. */
  advice: string;
  /** What follows is of no use without it. */
  vital?: boolean;
}

const functions = [...Deno.readDirSync(`${root}supabase/functions`)].map(({ name }) => name)
  .filter((name) => !/^[_.]/.test(name)).sort();

/** What the CLI says beside the reason of a failure. */
const NOISE = /^(?:Target: |Confirmed by |Uploading asset |Initialising |Try rerunning |\s*$)/;

const { file, dryRun } = readArguments();
const project = await readHostedProject(file);
const problems = [...project.problems, ...await refusals(project)];
if (problems.length > 0) {
  printError(
    red(`Not deployed. ${problems.length === 1 ? "One thing is" : "Some things are"} missing:`),
  );
  for (const problem of problems) printError(`- ${problem}`);
}
if (dryRun) {
  steps().forEach(({ command }) => print(command));
  print(dim(`Secrets that the file sets: ${Object.keys(project.secrets).join(", ") || "none"}`));
}
if (problems.length > 0 || dryRun) Deno.exit(problems.length > 0 ? 1 : 0);

print(`\n${bold("Vision Board Jobs")} ${dim(`· deploy to ${project.ref}`)}\n`);
const progress = new Steps();
const failed: string[] = [];
for (const step of steps()) {
  progress.begin(step.label);
  try {
    const output = await step.run();
    progress.done();
    for (const line of output?.match(/^WARN.*$/gm) ?? []) print(indent(dim(line)));
  } catch (error) {
    progress.failed();
    failed.push(step.label);
    print(indent(`${red(describeError(error))}\n${step.advice}\n${dim(step.command)}`));
    if (step.vital) break;
  }
}
if (failed.length > 0) {
  printError(
    `\n${red(`Failed: ${failed.join("; ")}.`)} Run the same command again when it is mended.`,
  );
  Deno.exit(1);
}
Deno.exit(await runDoctor({ project, file }) === 0 ? 0 : 1);

/** What is done, in its order. */
function steps(): Step[] {
  const { ref, databaseUrl, functionsUrl, secrets, sweepCron: cron = sweepSchedule.cron } = project;
  const cli = (label: string, args: string[], advice: string, remote = ref || "<ref>"): Step => ({
    label,
    command: `npx supabase ${args.join(" ")} --remote=${remote} --yes`,
    run: () => supabase([...args, `--remote=${remote}`, "--yes"]),
    advice,
  });
  return [
    {
      ...cli(
        "Migrations",
        ["db", "push"],
        "Nothing else was changed. If the database cannot be reached, set SUPABASE_DB_URL to the " +
          "connection string of the session pooler (Connect, in the dashboard) with the password in it.",
        databaseUrl,
      ),
      vital: true,
    },
    cli(
      "Buckets",
      ["seed", "buckets"],
      "Boards are set in type alone, and without some letters, until this works.",
    ),
    {
      ...cli(
        "Secrets",
        ["secrets", "set", "--env-file", file ?? ".env.production"],
        `The functions keep the values that they have. Sent: ${Object.keys(secrets).join(", ")}.`,
      ),
      run: () => setSecrets(secrets),
    },
    ...functions.map((name) =>
      cli(
        `Function ${name}`,
        ["functions", "deploy", name, "--use-api"],
        `${name} is still the one that was deployed before, or missing. Try again in a minute; ` +
          "https://status.supabase.com says whether others have the trouble, too.",
      )
    ),
    {
      label: "Schedule of the sweep",
      command: `npm run schedule${file ? ` -- ${file}` : ""}`,
      run: () =>
        scheduleSweep(
          { url: secrets.QSTASH_URL!, token: secrets.QSTASH_TOKEN! },
          functionsUrl,
          cron,
        ),
      advice:
        "Without it lost jobs are never found. Compare QSTASH_URL and QSTASH_TOKEN with the " +
        "console of QStash: both belong to one region.",
    },
  ];
}

/** @throws {Error} with what the CLI said, as far as it is the reason */
function supabase(args: string[]): Promise<string> {
  return runSupabase(args, { env: project.cliEnv, all: true }).catch((error) => {
    const lines = describeError(error).split("\n");
    throw new Error(lines.filter((line) => !NOISE.test(line)).join("\n"));
  });
}

/** What Supabase says to the account that is logged in: whether there is one, and whose project it is. */
async function refusals({ ref }: HostedProject): Promise<string[]> {
  try {
    await supabase(ref ? ["functions", "list", `--remote=${ref}`] : ["projects", "list"]);
    return [];
  } catch (error) {
    const text = describeError(error);
    if (/token not provided/.test(text)) {
      return ["You are not logged in: npx supabase login, or set SUPABASE_ACCESS_TOKEN."];
    }
    const advice =
      "Log in again, or see with npx supabase projects list whether the project is yours.";
    return [/status 40[134]/.test(text) ? `${text}. ${advice}` : text];
  }
}

/** In a file that only this account reads, so that none stands on a command line. */
async function setSecrets(secrets: Record<string, string>): Promise<string> {
  const directory = await Deno.makeTempDir();
  const remove = () => Deno.remove(directory, { recursive: true });
  cleanUpOnExit(remove);
  try {
    const lines = Object.entries(secrets).map(([name, value]) => `${name}=${quote(value)}\n`);
    await Deno.writeTextFile(`${directory}/secrets`, lines.join(""), { mode: 0o600 });
    const options = ["--env-file", `${directory}/secrets`, `--remote=${project.ref}`, "--yes"];
    return await supabase(["secrets", "set", ...options]);
  } finally {
    await remove();
  }
}

/** As the CLI's parser, dotenv's, reads it back: it knows three quotes, and no escapes that help. */
function quote(value: string): string {
  const mark = ["'", "`", '"'].find((mark) => !value.includes(mark)) ?? "";
  return mark + value + mark;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

function readArguments(): { file?: string; dryRun: boolean } {
  const usage = `npm run deploy -- [FILE] [--dry-run]

FILE       the variables of the project (.env.production); without one, those of the environment
--dry-run  prints the commands, and what is missing, and changes nothing`;
  try {
    const { values, positionals } = parseArgs({
      args: Deno.args,
      allowPositionals: true,
      options: { "dry-run": { type: "boolean" }, help: { type: "boolean" } },
    });
    if (positionals.length > 1) throw new Error("One file, please.");
    if (!values.help) return { file: positionals[0], dryRun: values["dry-run"] ?? false };
    print(usage);
  } catch (error) {
    printError(`${red(describeError(error))}\n\n${usage}`);
    Deno.exit(1);
  }
  Deno.exit(0);
}
