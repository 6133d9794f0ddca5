/**
 * npm run doctor: what is wrong with a deployed project, a line for each check, each with its cure.
 *
 *   npm run doctor -- .env.production
 *   npm run doctor -- .env.production --board   makes a real board, looks at it, and removes it
 *
 * Ends with 1 if a check failed. Keys and settings come through the supabase CLI's login.
 */
import { parseArgs } from "node:util";
import { describeError } from "../local-stack/stack_errors.ts";
import { runDoctor } from "./lib/doctor/run_doctor.ts";
import { readHostedProject } from "./lib/hosted_project.ts";
import { bold, dim, print, printError, red } from "./lib/terminal.ts";

const { file, board } = readArguments();
const project = await readHostedProject(file);
print(
  `\n${bold("Vision Board Jobs")} ${dim(`· doctor of ${project.ref || "an unknown project"}`)}`,
);
Deno.exit(await runDoctor({ project, file, board }) === 0 ? 0 : 1);

function readArguments(): { file?: string; board: boolean } {
  const usage = `npm run doctor -- [FILE] [--board]

FILE     the variables of the project (.env.production); without one, those of the environment
--board  makes a real board as a throw-away person, and removes both`;
  try {
    const { values, positionals } = parseArgs({
      args: Deno.args,
      allowPositionals: true,
      options: { board: { type: "boolean" }, help: { type: "boolean" } },
    });
    if (positionals.length > 1) throw new Error("One file, please.");
    if (!values.help) return { file: positionals[0], board: values.board ?? false };
    print(usage);
  } catch (error) {
    printError(`${red(describeError(error))}\n\n${usage}`);
    Deno.exit(1);
  }
  Deno.exit(0);
}
