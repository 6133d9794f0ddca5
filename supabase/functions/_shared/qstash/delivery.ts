import { z } from "zod";

const message = z.object({ job_id: z.guid() });

/** The job that a queue message is about, or null if it is not one of ours. */
export function jobIdOf(body: string): string | null {
  try {
    return message.parse(JSON.parse(body)).job_id;
  } catch {
    return null;
  }
}
