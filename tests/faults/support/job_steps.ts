/** Recognises the step of a job's life that a request is, by the request alone. */
import type { ProxiedRequest } from "./proxy.ts";

export type JobStep =
  | "create" // create-job writes the row
  | "publish" // create-job or the sweep hands it to QStash
  | "record" // … and records the dispatch
  | "holds" // the sweep asks whether QStash still holds a message
  | "deliver" // QStash calls process-job
  | "claim"
  | "upload"
  | "link"
  | "complete"
  | "release"
  | "fail"
  | "giveUp"
  | "callback" // QStash calls fail-job
  | "sweep"
  | "list"
  | "remove"
  | "forget";

/** By method and path; the first match counts. */
const steps: [RegExp, JobStep][] = [
  [/^POST \/rest\/v1\/rpc\/create_/, "create"],
  [/^POST \/v2\/publish\//, "publish"],
  [/^GET \/v2\/messages\//, "holds"],
  [/^POST \/rest\/v1\/rpc\/record_/, "record"],
  [/^POST \/functions\/v1\/process-job/, "deliver"],
  [/^POST \/functions\/v1\/fail-job/, "callback"],
  [/^POST \/rest\/v1\/rpc\/claim_/, "claim"],
  [/^POST \/storage\/v1\/object\/sign\//, "link"],
  [/^(POST|PUT) \/storage\/v1\/object\//, "upload"],
  [/^DELETE \/storage\/v1\/object\//, "remove"],
  [/^POST \/rest\/v1\/rpc\/complete_/, "complete"],
  [/^POST \/rest\/v1\/rpc\/release_/, "release"],
  [/^POST \/rest\/v1\/rpc\/fail_/, "fail"],
  [/^POST \/rest\/v1\/rpc\/give_up_/, "giveUp"],
  [/^POST \/rest\/v1\/rpc\/sweep_/, "sweep"],
  [/^POST \/rest\/v1\/rpc\/list_/, "list"],
  [/^POST \/rest\/v1\/rpc\/forget_/, "forget"],
];

export function jobStepOf({ method, path }: ProxiedRequest): JobStep | undefined {
  const line = `${method} ${path}`;
  return steps.find(([pattern]) => pattern.test(line))?.[1];
}

/** The job that a request is about, if it is about one. */
export function jobIdOf({ path, body }: ProxiedRequest): string | undefined {
  const inPath = /\/vision-boards\/([0-9a-f-]{36})\//.exec(path)?.[1];
  if (inPath) return inPath;
  const fields = parseJson(body);
  if (typeof fields.sourceBody === "string") {
    return parseJson(new TextEncoder().encode(atob(fields.sourceBody))).job_id as
      | string
      | undefined;
  }
  return (fields.job_id ?? fields.p_job_id) as string | undefined;
}

export function parseJson(body: Uint8Array): Record<string, unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(body)) ?? {};
  } catch {
    return {};
  }
}
