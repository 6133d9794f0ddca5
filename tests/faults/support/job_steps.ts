/** Recognises the step of a job's life that a request is, by the request alone. */
import type { ProxiedRequest } from "./proxy.ts";

/** By method and path; the first match counts. */
const patterns = {
  create: /^POST \/rest\/v1\/rpc\/create_/,
  publish: /^POST \/v2\/publish\//,
  record: /^POST \/rest\/v1\/rpc\/record_/,
  /** QStash calls process-job. */
  deliver: /^POST \/functions\/v1\/process-job/,
  /** QStash calls fail-job. */
  callback: /^POST \/functions\/v1\/fail-job/,
  claim: /^POST \/rest\/v1\/rpc\/claim_/,
  link: /^POST \/storage\/v1\/object\/sign\//,
  upload: /^(POST|PUT) \/storage\/v1\/object\//,
  remove: /^DELETE \/storage\/v1\/object\//,
  complete: /^POST \/rest\/v1\/rpc\/complete_/,
  release: /^POST \/rest\/v1\/rpc\/release_/,
  giveUp: /^POST \/rest\/v1\/rpc\/give_up_/,
};
export type JobStep = keyof typeof patterns;

/** Undefined: none of these. */
export function jobStepOf({ method, path }: ProxiedRequest): JobStep | undefined {
  const steps = Object.keys(patterns) as JobStep[];
  return steps.find((step) => patterns[step].test(`${method} ${path}`));
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
