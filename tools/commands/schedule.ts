/**
 * npm run schedule: creates the sweep's schedule at QStash, once for each project.
 *
 *   npm run schedule -- .env.production              every five minutes
 *   npm run schedule -- .env.production "* * * * *"  every minute: more than QStash's free plan allows
 *
 * Reads QSTASH_URL, QSTASH_TOKEN and FUNCTIONS_URL from the file, or else from the environment.
 */
import { describeError } from "../local-stack/stack_errors.ts";
import { parseEnv } from "node:util";
import { sweepSchedule } from "../../supabase/functions/_shared/qstash/publish.ts";
import { scheduleSweep } from "./lib/schedule.ts";
import { green, print, red } from "./lib/terminal.ts";

const [file, cron = sweepSchedule.cron] = Deno.args;
if (file?.startsWith("-")) {
  print(
    'npm run schedule -- [FILE] ["* * * * *"]   FILE has QSTASH_URL, QSTASH_TOKEN, FUNCTIONS_URL',
  );
  Deno.exit(file === "--help" ? 0 : 1);
}
try {
  const env = file ? parseEnv(await Deno.readTextFile(file)) : Deno.env.toObject();
  const missing = ["QSTASH_URL", "QSTASH_TOKEN", "FUNCTIONS_URL"].filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new Error(`Not set in ${file ?? "the environment"}: ${missing.join(", ")}.`);
  }
  const functionsUrl = env.FUNCTIONS_URL!.replace(/\/+$/, "");
  if (/[<>]/.test(functionsUrl)) throw new Error(`FUNCTIONS_URL is still ${functionsUrl}.`);
  await scheduleSweep({ url: env.QSTASH_URL!, token: env.QSTASH_TOKEN! }, functionsUrl, cron);
  print(`${green("✓")} ${sweepSchedule.scheduleId}: ${cron}, ${functionsUrl}/sweep-jobs`);
} catch (error) {
  print(red(describeError(error)));
  Deno.exit(1);
}
