/**
 * npm run schedule: creates the sweep's schedule at QStash, once for each project.
 *
 *   npm run schedule -- .env.production
 *
 * Reads QSTASH_URL, QSTASH_TOKEN, FUNCTIONS_URL and SWEEP_CRON from the file, or from the environment
 * without one. `npm run deploy` does the same on the way.
 */
import { parseEnv } from "node:util";
import { describeError } from "../local-stack/stack_errors.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { qstashClient, sweepSchedule } from "../../supabase/functions/_shared/qstash/publish.ts";
import { green, print, printError, red } from "./lib/terminal.ts";

/**
 * Creates or replaces the sweep's schedule at QStash. The id is fixed: running it twice leaves one.
 * Without retries: the next sweep does what this one could not.
 */
export async function scheduleSweep(
  qstash: { url: string; token: string },
  functionsUrl: string,
  cron = sweepSchedule.cron,
): Promise<void> {
  const { schedules } = qstashClient(qstash);
  await schedules.create({
    scheduleId: sweepSchedule.scheduleId,
    destination: `${functionsUrl}/sweep-jobs`,
    retries: 0,
    timeout: timing.delivery,
    cron,
  });
  await schedules.resume({ schedule: sweepSchedule.scheduleId }); // somebody may have paused it
}

async function main([file]: string[]): Promise<void> {
  if (file?.startsWith("-")) {
    print("npm run schedule -- [FILE]");
    print("FILE sets QSTASH_URL, QSTASH_TOKEN, FUNCTIONS_URL and, if you like, SWEEP_CRON.");
    Deno.exit(file === "--help" ? 0 : 1);
  }
  const env = file ? parseEnv(await readEnvFile(file)) : Deno.env.toObject();
  const missing = ["QSTASH_URL", "QSTASH_TOKEN", "FUNCTIONS_URL"].filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new Error(`Not set in ${file ?? "the environment"}: ${missing.join(", ")}.`);
  }
  const functionsUrl = env.FUNCTIONS_URL!.replace(/\/+$/, "");
  if (/[<>]/.test(functionsUrl)) throw new Error(`FUNCTIONS_URL is still ${functionsUrl}.`);
  const cron = env.SWEEP_CRON || sweepSchedule.cron;
  await scheduleSweep({ url: env.QSTASH_URL!, token: env.QSTASH_TOKEN! }, functionsUrl, cron);
  print(`${green("✓")} QStash calls ${functionsUrl}/sweep-jobs: ${cron}`);
}

const readEnvFile = (file: string) =>
  Deno.readTextFile(file).catch((error) => {
    throw new Error(`${file} cannot be read: ${describeError(error)}`);
  });

if (import.meta.main) {
  await main(Deno.args).catch((error) => {
    printError(red(describeError(error)));
    Deno.exit(1);
  });
}
