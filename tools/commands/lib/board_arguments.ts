import { parseArgs } from "node:util";
import { describeError } from "../../local-stack/stack_errors.ts";
import {
  type CreateRequest,
  readCreateRequest,
} from "../../../supabase/functions/create-job/request.ts";
import { HttpError } from "../../../supabase/functions/_shared/errors.ts";
import { sampleGoals } from "./samples.ts";
import { print, printError, red } from "./terminal.ts";

export interface BoardArguments {
  /** What create-job makes of it: trimmed, with its defaults. */
  request: CreateRequest;
  out: string;
}

/**
 * Reads the goals and options of `npm run demo` and `npm run board`, before anything starts, by the rules
 * of create-job. Ends the process with a sentence if they are wrong.
 */
export async function boardArguments(command: "demo" | "board"): Promise<BoardArguments> {
  const usage = `npm run ${command} -- "a goal" "another goal" … [options]

  --out FILE       where to write the board, a JPEG (vision-board.jpg)
  --name NAME      whose board it is (Ava)
  --rank-tag TAG   a tag on the board, e.g. @ava
  --theme THEME    light or dark${
    command === "board" ? "\n  --sheet FILE     alone: a PNG of boards of every kind" : ""
  }`;
  const text = { type: "string" } as const;
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { out: text, name: text, "rank-tag": text, theme: text, help: { type: "boolean" } },
    });
    if (values.help) {
      print(usage);
      Deno.exit(0);
    }
    const body = JSON.stringify({
      goals: positionals.length > 0 ? positionals : sampleGoals,
      name: values.name ?? "Ava",
      rank_tag: values["rank-tag"] ?? (values.name ? null : "@ava"),
      theme: values.theme,
    });
    const request = new Request("http://local", { method: "POST", body });
    const out = values.out ?? "vision-board.jpg";
    const board = { request: await readCreateRequest(request, false), out };
    tryToWrite(out);
    return board;
  } catch (error) {
    printError(red(describeMistake(error)));
    if (error instanceof TypeError) printError(`\n${usage}`); // an option that does not exist
    Deno.exit(1);
  }
}

/** @throws if the file cannot be written; leaves it as it is, or absent */
function tryToWrite(file: string): void {
  try {
    Deno.openSync(file, { write: true, createNew: true }).close();
    Deno.removeSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    Deno.openSync(file, { write: true }).close();
  }
}

function describeMistake(error: unknown): string {
  if (!(error instanceof HttpError) || !error.issues) return describeError(error);
  return error.issues.map(({ path, message }) =>
    `${path.replace(/^goals\.(\d+)$/, (_, i) => `Goal ${Number(i) + 1}`)}: ${message}`
  ).join("\n");
}
