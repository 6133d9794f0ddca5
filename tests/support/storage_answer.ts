/**
 * An error as Supabase Storage answers it: HTTP 400 for nearly everything, and the meaning in the body.
 * https://github.com/supabase/storage/blob/master/src/http/error-handler.ts
 *
 * @param statusCode what it means
 * @param code none from older versions
 */
export const storageAnswer = (statusCode: string, code?: string, status = 400): Response =>
  Response.json({ statusCode, error: code ?? "Error", code, message: "no" }, { status });
