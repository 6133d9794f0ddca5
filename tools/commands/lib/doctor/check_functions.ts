import { root } from "../process.ts";
import { type Deployment, soon } from "./deployment.ts";
import { type Check, fail, type Finding, ok } from "./finding.ts";
import { describeError } from "../../../local-stack/stack_errors.ts";
import { NotCheckedError } from "./finding.ts";

const names = [...Deno.readDirSync(`${root}supabase/functions`)].map(({ name }) => name)
  .filter((name) => !/^[_.]/.test(name)).sort();

/** Each function answers as it does to callers without credentials, and is this checkout's version. */
export const functionChecks: Check<Deployment>[] = names.map((name) => ({
  label: name,
  async run(deployment) {
    const answer = await examineAnswer(deployment, name);
    return answer ?? await compareVersion(deployment, name);
  },
}));

/** @returns null if it answers as it should */
async function examineAnswer(deployment: Deployment, name: string): Promise<Finding | null> {
  const { project: { functionsUrl }, redeploy } = deployment;
  const url = `${functionsUrl}/${name}`;
  const response = await fetch(url, { method: "POST", signal: soon() }).catch(() => null);
  if (!response) return fail(`${url} cannot be reached. Compare FUNCTIONS_URL with the dashboard.`);
  const { code, message } = await response.json().catch(() => ({}));
  if (["unauthorized", "invalid_signature"].includes(code)) return null;
  if (code === "misconfigured") {
    return fail(`${message}. Correct it in the file, then: ${redeploy}`);
  }
  switch (response.status) {
    case 404:
      return fail(`is not deployed. Deploy it: ${redeploy}`);
    case 401:
      return fail(`is refused by the platform before it runs (verify_jwt). Deploy it: ${redeploy}`);
    case 503:
      return fail(
        `does not start (503). Its log says why: dashboard, Edge Functions, ${name}, Logs.`,
      );
  }
  return fail(
    `answers ${response.status} and not 401. Its log says why: dashboard, Edge Functions.`,
  );
}

async function compareVersion(deployment: Deployment, name: string): Promise<Finding> {
  const { redeploy } = deployment;
  let deployed: Map<string, string> | null;
  try {
    deployed = await deployment.sources(name);
  } catch (error) {
    if (!(error instanceof NotCheckedError)) throw error;
    throw new NotCheckedError(`it answers; its version was not compared: ${describeError(error)}`);
  }
  if (!deployed) return fail(`is not deployed. Deploy it: ${redeploy}`);
  const other: string[] = [];
  for (const [path, text] of deployed) {
    const here = await Deno.readTextFile(`${root}supabase/functions/${path}`).catch(() => null);
    if (here !== text) other.push(path);
  }
  if (other.length === 0) return ok("answers, and is this version");
  if (other.length === deployed.size) {
    throw new NotCheckedError(
      `it answers; no file is as it is here. If it was not deployed from here: ${redeploy}`,
    );
  }
  const shown = other.slice(0, 3).join(", ") + (other.length > 3 ? ", …" : "");
  return fail(`is another version than this one (${shown}). Deploy it: ${redeploy}`);
}
