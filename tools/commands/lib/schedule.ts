import { timing } from "../../../supabase/functions/_shared/timing.ts";
import { qstashClient, sweepSchedule } from "../../../supabase/functions/_shared/qstash/publish.ts";

/**
 * Creates or replaces the sweep's schedule at QStash. The id is fixed: running it twice leaves one.
 * Without retries: the next sweep does what this one could not.
 */
export async function scheduleSweep(
  qstash: { url: string; token: string },
  functionsUrl: string,
  cron = sweepSchedule.cron,
) {
  await qstashClient(qstash).schedules.create({
    scheduleId: sweepSchedule.scheduleId,
    destination: `${functionsUrl}/sweep-jobs`,
    retries: 0,
    timeout: timing.delivery,
    cron,
  });
}
