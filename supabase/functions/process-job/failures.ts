import { HttpError } from "../_shared/http.ts";

export { PermanentError, RetryableError } from "../_shared/errors.ts";

/** QStash stops retrying on status 489 together with this header. https://upstash.com/docs/qstash/features/retry */
export const nonRetryable = (code: string, message: string) =>
  new HttpError(489, code, message, { headers: { "Upstash-NonRetryable-Error": "true" } });
