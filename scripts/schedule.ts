/**
 * npm run schedule: creates the sweep's schedule at QStash, once for each project.
 * Reads QSTASH_URL, QSTASH_TOKEN and FUNCTIONS_URL (or SUPABASE_URL) from the environment.
 */
import { sweepSchedule } from "../supabase/functions/_shared/queue.ts";
import { scheduleSweep } from "./lib/schedule.ts";
import { green, print, red } from "./lib/terminal.ts";

function need(variable: string, hint: string): string {
  const value = Deno.env.get(variable);
  if (value) return value.replace(/\/+$/, "");
  print(red(`${variable} is not set: ${hint}`));
  Deno.exit(1);
}

const url = need("QSTASH_URL", "the URL from the QStash console, e.g. https://qstash.upstash.io");
const token = need("QSTASH_TOKEN", "the token from the QStash console");
const functionsUrl = Deno.env.get("FUNCTIONS_URL")?.replace(/\/+$/, "") ??
  `${need("SUPABASE_URL", "https://<project>.supabase.co")}/functions/v1`;
try {
  await scheduleSweep({ url, token }, functionsUrl);
  print(`${green("✓")} ${sweepSchedule.scheduleId}: ${functionsUrl}/sweep-jobs, every minute`);
} catch (error) {
  print(
    red(`QStash did not accept the schedule: ${error instanceof Error ? error.message : error}`),
  );
  Deno.exit(1);
}
