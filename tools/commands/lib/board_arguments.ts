import { describeError } from "../../local-stack/stack_errors.ts";
import { parseArgs } from "node:util";
import {
  type CreateRequest,
  readCreateRequest,
} from "../../../supabase/functions/create-job/request.ts";
import { HttpError } from "../../../supabase/functions/_shared/http.ts";
import { sampleGoals } from "./samples.ts";
import { print, printError, red } from "./terminal.ts";

export interface BoardArguments {
  /** What create-job makes of it: trimmed, with its defaults. */
  request: CreateRequest;
  out: string;
}

/**
 * The arguments of `npm run demo` and `npm run board`: goals and options. Checked before anything is
 * started, by the rules of create-job itself. Ends the process with a sentence if they are wrong.
 */
export async function boardArguments(command: string): Promise<BoardArguments> {
  const usage = `npm run ${command} -- "a goal" "another goal" … [options]

  --out FILE       where the picture goes, a JPEG (vision-board.jpg)
  --name NAME      whose board it is (Ava)
  --rank-tag TAG   a tag on the board, e.g. @ava
  --theme THEME    light or dark${
    command === "board"
      ? "\n  --sheet FILE     alone: a PNG of every layout, theme, script and source"
      : ""
  }`;
  const text = { type: "string" } as const;
  try {
    const { positionals, values } = parseArgs({
      args: Deno.args,
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
    const request = await readCreateRequest(
      new Request("http://local", { method: "POST", body }),
      false,
    );
    const out = values.out ?? "vision-board.jpg";
    tryToWrite(out);
    return { request, out };
  } catch (error) {
    printError(red(sentence(error)));
    if (error instanceof TypeError) printError(`\n${usage}`); // an option that does not exist
    Deno.exit(1);
  }
}

/** @throws if the file cannot be written; leaves it as it is, or not there */
function tryToWrite(file: string): void {
  try {
    Deno.openSync(file, { write: true, createNew: true }).close();
    Deno.removeSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    Deno.openSync(file, { write: true }).close();
  }
}

function sentence(error: unknown): string {
  if (error instanceof HttpError && error.extra.issues) {
    return error.extra.issues.map(({ path, message }) =>
      `${path.replace(/^goals\.(\d+)$/, (_, i) => `Goal ${Number(i) + 1}`)}: ${message}`
    ).join("\n");
  }
  return describeError(error);
}
