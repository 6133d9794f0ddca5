/**
 * What frontends rely on, in one place: limits, statuses, themes, error codes. Functions, page and tests
 * import it; tests/functions/contract_test.ts holds the database to it.
 */

/** The most that a request may have: goals on a board, and characters in each text. */
export const LIMITS = {
  goals: 12,
  goal: 200,
  name: 80,
  rank_tag: 40,
  email: 320,
  idempotency_key: 255,
  /** Bytes of a request's body. */
  body: 16 * 1024,
} as const;

export const STATUSES = ["pending", "processing", "complete", "failed"] as const;
export type Status = typeof STATUSES[number];

export const THEMES = ["light", "dark"] as const;
export type Theme = typeof THEMES[number];

/** The private bucket of the boards. */
export const BOARDS_BUCKET = "vision-boards";

/** The private bucket of what boards are drawn with, and is too large to deploy with a function. */
export const ASSETS_BUCKET = "board-assets";

/** The HTTP status of each error code. An answer that stops QStash's retries is 489, whatever the code. */
export const ERRORS = {
  invalid_json: 400,
  validation_failed: 400,
  unauthorized: 401,
  method_not_allowed: 405,
  body_too_large: 413,
  idempotency_key_reused: 422,
  too_many_active_jobs: 429,
  daily_limit_reached: 429,
  internal_error: 500,
  misconfigured: 500,
  unavailable: 503,
  // only QStash meets these
  invalid_signature: 401,
  invalid_message: 489,
  attempt_failed: 500,
  database_failed: 500,
  busy: 503,
  stale: 503,
} as const;
export type ErrorCode = keyof typeof ERRORS;

/**
 * A character that can be seen on its own. Not: marks, blanks, controls, private and unassigned characters,
 * what Unicode calls default-ignorable (joiners, tags, variation selectors, Hangul fillers), and skin
 * tones; nor letters and symbols that are blank by design: U+2800 (Braille), U+FFFC (where something was
 * embedded), U+1D159 (a note without a head), U+13441 and U+13442 (hieroglyphs). All pictographs count:
 * those of a newer Unicode are unassigned here.
 */
const INVISIBLE = String.raw`\p{M}\p{Z}\p{C}\p{DI}\p{EMod}\u2800\uFFFC\u{1D159}\u{13441}\u{13442}`;
const VISIBLE = new RegExp(String.raw`\p{ExtPict}|[^${INVISIBLE}]`, "u");

/**
 * A text as a person meant it: without what the database cannot store (NUL, halves of an emoji that a
 * frontend cut in two), without other invisible controls, and without blanks around it. Empty if nothing
 * of it can be seen; else its other invisible characters stay, since some shape the letters around them.
 */
export function cleanText(text: string): string {
  // deno-lint-ignore no-control-regex -- these are the ones to remove
  const kept = text.replace(/[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu, "").trim();
  return VISIBLE.test(kept) ? kept : "";
}

/** Characters as people and the database count them: code points, so that most emoji are one. */
export const countCharacters = (text: string): number => [...text].length;
