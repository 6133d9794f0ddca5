import { createHash } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import { sweepSchedule } from "../../../../supabase/functions/_shared/qstash/publish.ts";
import { type Deployment, soon } from "./deployment.ts";
import { type Check, fail, failIf, NotCheckedError, ok, warn } from "./finding.ts";

/** Asks for something that the token's owner may see. */
async function ask<T>(
  { qstash }: Deployment,
  path: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const { status, json } = await qstash(path);
  if (status === 404) return null;
  const parsed = schema.safeParse(json);
  if (status === 200 && parsed.success) return parsed.data;
  throw new NotCheckedError(`QStash answers ${status}: see Token.`);
}

const keyPair = z.object({ current: z.string(), next: z.string() });

const token: Check<Deployment> = {
  label: "Token",
  async run({ qstash, project, redeploy }) {
    const { status, json } = await qstash("/v2/keys");
    const host = new URL(project.secrets.QSTASH_URL!).host;
    if (status === 200 && keyPair.safeParse(json).success) return ok(`is valid at ${host}`);
    if (![401, 403, 404].includes(status)) {
      return fail(
        `QStash answers ${status}. https://status.upstash.com says whether it has trouble.`,
      );
    }
    return fail(
      `${host} does not know it (${status}). Copy QSTASH_URL and QSTASH_TOKEN of one region from ` +
        `https://console.upstash.com/qstash, then: ${redeploy}`,
    );
  },
};

/** Signs as QStash does, with its own keys, what fail-job takes and ignores: an empty callback. */
const signingKeys: Check<Deployment> = {
  label: "Signing keys",
  async run(deployment) {
    const { project, redeploy, secrets } = deployment;
    const keys = await ask(deployment, "/v2/keys", keyPair);
    if (!keys) throw new NotCheckedError("QStash does not know the token: see Token.");
    secrets.add(keys.current).add(keys.next);
    const wrong = [
      ["QSTASH_CURRENT_SIGNING_KEY", keys.current],
      ["QSTASH_NEXT_SIGNING_KEY", keys.next],
    ].filter(([name, key]) => project.secrets[name!] !== key).map(([name]) => name);
    const isAccepted = async (key: string) => {
      const url = `${project.functionsUrl}/fail-job`;
      const hash = createHash("sha256").update("{}").digest("base64url");
      const signature = await new SignJWT({ body: hash }).setProtectedHeader({ alg: "HS256" })
        .setIssuer("Upstash").setSubject(url).setExpirationTime("1 minute")
        .sign(new TextEncoder().encode(key));
      const headers = { "upstash-signature": signature };
      const answer = await fetch(url, { method: "POST", headers, body: "{}", signal: soon() });
      await answer.body?.cancel();
      return answer.status === 200;
    };
    const accepted = { current: await isAccepted(keys.current), next: await isAccepted(keys.next) };
    const copy = `Copy both from https://console.upstash.com/qstash, then: ${redeploy}`;
    if (wrong.length > 0) {
      const are = wrong.length > 1 ? "are" : "is";
      const so = accepted.current
        ? "The functions still have the right ones, until the next deploy."
        : "Every delivery is refused.";
      return fail(`${wrong.join(" and ")} ${are} not QStash's. ${so} ${copy}`);
    }
    if (!accepted.current || !accepted.next) {
      return fail(
        "the functions refuse what QStash signs: they have other keys, or another FUNCTIONS_URL, than " +
          `the file. Set them: ${redeploy}`,
      );
    }
    return ok("the functions accept what QStash signs, with either key");
  },
};

const schedule: Check<Deployment> = {
  label: "Schedule of the sweep",
  async run(deployment) {
    const { project, redeploy } = deployment;
    const found = await ask(
      deployment,
      `/v2/schedules/${sweepSchedule.scheduleId}`,
      z.object({ cron: z.string(), destination: z.string(), isPaused: z.boolean().optional() }),
    );
    const url = `${project.functionsUrl}/sweep-jobs`;
    if (!found) return fail(`there is none: lost jobs are never found. Create it: ${redeploy}`);
    return failIf([
      ...(found.destination === url ? [] : [
        `It calls ${found.destination} and not ${url}. Two projects on one QStash account need one ` +
        `account each; else: ${redeploy}`,
      ]),
      ...(found.isPaused ? [`It is paused. Resume it: ${redeploy}`] : []),
    ], `calls sweep-jobs: ${found.cron}`);
  },
};

/** As many as are asked for at once. */
const LETTERS = 100;

const deadLetters: Check<Deployment> = {
  label: "Dead letters",
  async run(deployment) {
    const { functionsUrl } = deployment.project;
    const found = await ask(
      deployment,
      `/v2/dlq?count=${LETTERS}`,
      z.object({ messages: z.array(z.object({ url: z.string() })) }),
    );
    if (!found) throw new NotCheckedError("QStash does not know the token: see Token.");
    const ours = found.messages.filter(({ url }) => url.startsWith(`${functionsUrl}/`)).length;
    if (ours === 0) return ok("none");
    const count = found.messages.length < LETTERS ? ours : `${ours} or more`;
    return warn(
      `${count}: read their last answers in QStash's console (DLQ), then delete them. Their jobs have ` +
        "ended, or the sweep dispatches them again: do not retry.",
    );
  },
};

export const qstashChecks = [token, signingKeys, schedule, deadLetters];
