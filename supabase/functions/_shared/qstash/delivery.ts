/** What travels through QStash: written when a job is published, read when it is delivered. */
import { z } from "zod";
import type { ErrorCode } from "../contract.ts";
import { HttpError } from "../errors.ts";

/** The forwarded header that says which dispatch a delivery belongs to. */
const dispatchHeader = "Vision-Board-Dispatch";

const message = z.object({ job_id: z.guid() });

/** One call of process-job by QStash. */
export interface Delivery {
  job_id: string;
  /** Which dispatch of the job this is, from 1. */
  dispatch: number;
  /** QStash's id of the message. */
  message_id: string | null;
  /** How often QStash has retried the message before. */
  retried: number;
}

/**
 * The message of a dispatch: the job's id, and nothing personal.
 * @param region where the function is to run, which is otherwise near QStash
 *   (https://supabase.com/docs/guides/functions/regional-invocation)
 */
export const writeMessage = (jobId: string, dispatch: number, region?: string) => ({
  body: { job_id: jobId },
  headers: { [dispatchHeader]: String(dispatch), ...(region && { "x-region": region }) },
});

/** Reads a delivery; null if its message is not one of ours. */
export function readDelivery({ headers }: Request, body: string): Delivery | null {
  const job_id = jobIdOf(body);
  if (!job_id) return null;
  return {
    job_id,
    dispatch: Number(headers.get(dispatchHeader)?.match(/^[1-9]$/)?.[0] ?? 1),
    message_id: headers.get("upstash-message-id"),
    retried: Number(headers.get("upstash-retried")?.match(/^\d{1,4}$/)?.[0] ?? 0),
  };
}

/** https://upstash.com/docs/qstash/features/callbacks#what-is-a-failure-callback */
const failureCallback = z.object({
  sourceBody: z.base64(),
  sourceMessageId: z.string().optional(),
});

/** Reads a failure callback: which message failed, for which job. Null if it is not about one of ours. */
export function readFailureCallback(body: string) {
  try {
    const { sourceBody, sourceMessageId } = failureCallback.parse(JSON.parse(body));
    const job_id = jobIdOf(atob(sourceBody));
    return job_id ? { job_id, message_id: sourceMessageId } : null;
  } catch {
    return null;
  }
}

function jobIdOf(body: string): string | null {
  try {
    return message.parse(JSON.parse(body)).job_id;
  } catch {
    return null;
  }
}

/**
 * The answer that stops QStash's retries: status 489 together with this header.
 * https://upstash.com/docs/qstash/features/retry
 */
export const nonRetryable = (code: ErrorCode, message: string) =>
  new HttpError(code, message, { status: 489, headers: { "Upstash-NonRetryable-Error": "true" } });
