/** The errors of the functions. Their messages carry no value, no SQL and no stack. */
import { BOARDS_BUCKET, type ErrorCode, ERRORS } from "./contract.ts";
import { codeOf } from "./log.ts";

/** What is wrong with a request, and where, e.g. `goals.3`. */
export interface Issue {
  path: string;
  message: string;
}

/** An answer that is not the happy one: the caller gets exactly this, with the code's status. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  readonly issues: Issue[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    extra: { status?: number; issues?: Issue[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = extra.status ?? ERRORS[code];
    this.issues = extra.issues;
    this.headers = { ...extra.headers };
  }

  /** Adds `Retry-After`, in whole seconds, at least 1. */
  retryAfter(seconds: number): this {
    this.headers["Retry-After"] = String(Math.max(1, Math.ceil(seconds)));
    return this;
  }
}

/** A variable is missing or malformed. The message is one line that names it and never its value. */
export class ConfigError extends Error {
  override name = "ConfigError";
  constructor(readonly variable: string, problem: string) {
    super(`${variable} ${problem}`);
  }
}

/** A call of the database failed. Its own text stays inside: it may quote a person's data. */
export class DatabaseError extends Error {
  override name = "DatabaseError";
  readonly code: string;
  /** The database or its API could not be reached, is overloaded, or something else answered. */
  readonly unavailable: boolean;
  constructor(error: { code?: string }, status: number) {
    super("A call of the database failed.");
    this.code = codeOf(error) || `HTTP ${status}`;
    this.unavailable = status === 0 || status === 429 || status >= 500;
  }
}

/** Storage's own code for these, where it is older and gives none. */
const CODES: Record<string, string> = {
  401: "AccessDenied",
  403: "AccessDenied",
  413: "EntityTooLarge",
  415: "InvalidMimeType",
};

const KEY_REFUSED = "SUPABASE_SECRET_KEYS was refused by Storage";

/** What only an operator can mend, by Storage's code. */
const PROBLEMS: Record<string, string> = {
  NoSuchBucket: `the bucket ${BOARDS_BUCKET} does not exist`,
  InvalidBucketName: `the bucket ${BOARDS_BUCKET} does not exist`,
  EntityTooLarge: `the bucket ${BOARDS_BUCKET} takes no file of this size (file_size_limit)`,
  InvalidMimeType: `the bucket ${BOARDS_BUCKET} takes no JPEG (allowed_mime_types)`,
  TenantNotFound: "SUPABASE_URL is of a project without Storage",
  AccessDenied: KEY_REFUSED,
  InvalidJWT: KEY_REFUSED,
  InvalidSignature: KEY_REFUSED,
  SignatureDoesNotMatch: KEY_REFUSED,
  ExpiredToken: KEY_REFUSED,
  InvalidAccessKeyId: KEY_REFUSED,
};

/** Supabase Storage answered with an error, or could not be reached. Its own text may hold a URL. */
export class StorageError extends Error {
  override name = "StorageError";
  /**
   * Storage's own, such as `NoSuchBucket`, or empty.
   * https://github.com/supabase/storage/blob/master/src/internal/errors/codes.ts
   */
  readonly code: string;
  /** What Storage means: most of its answers have the HTTP status 400, and the real one in the body. */
  readonly status: number | undefined;
  /** What only an operator can mend, if it is that. Begins in lower case, or with a variable's name. */
  readonly problem: string | undefined;
  /** Storage refuses just this: it is neither overloaded nor misconfigured, and could be reached. */
  readonly refused: boolean;
  constructor(
    what: string,
    cause: { status?: number; statusCode?: string; code?: string } = {},
  ) {
    super(`Storage could not ${what}.`);
    this.status = /^\d{3}$/.test(cause.statusCode ?? "") ? Number(cause.statusCode) : cause.status;
    this.code = codeOf(cause) || CODES[this.status ?? 0] || "";
    this.problem = PROBLEMS[this.code];
    const passing = this.code === "SlowDown" || [408, 423, 425, 429].includes(this.status ?? 0);
    this.refused = !this.problem && !passing &&
      this.status !== undefined && this.status >= 400 && this.status < 500;
  }
}

/** No further attempt can succeed: the job fails. The message is for the person, in their row. */
export class PermanentError extends Error {
  override name = "PermanentError";
  constructor(readonly code: ErrorCode, message: string) {
    super(message);
  }
}

/**
 * Only the operator can help.
 * @param part of the service, e.g. `pictures`
 * @param problem names what is wrong and has no value in it: the person reads it in their row
 */
export const misconfigured = (part: "pictures" | "storage", problem: string): PermanentError =>
  new PermanentError(
    "misconfigured",
    `The ${part} of this service ${
      part === "pictures" ? "are" : "is"
    } misconfigured: ${problem}. ` +
      "Please tell whoever runs it; your goals are fine.",
  );

/** A later attempt may succeed. */
export class RetryableError extends Error {
  override name = "RetryableError";
  /**
   * @param seconds not before; without, QStash's own delays apply
   * @param status the HTTP status of whoever made it fail
   */
  constructor(readonly seconds?: number, readonly status?: number) {
    super("a later attempt may succeed");
  }
}

/** Seconds. Most of others' waits are short; who asks for more must not hold a person up for hours. */
const MAX_RETRY_AFTER = 300;

/**
 * An error that may pass.
 * @param headers the answer's, of which `Retry-After` counts: seconds, or a date
 * @param now in milliseconds
 */
export function retryable(
  status: number | undefined,
  headers: Headers,
  now: number,
): RetryableError {
  const value = headers.get("retry-after")?.trim() ?? "";
  const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  return new RetryableError(retrySeconds(seconds), status);
}

/** The seconds that a provider asks for, from 1 to MAX_RETRY_AFTER; undefined if it is no number. */
export const retrySeconds = (seconds: number): number | undefined =>
  Number.isNaN(seconds) ? undefined : Math.min(MAX_RETRY_AFTER, Math.max(1, Math.ceil(seconds)));

/** A picture source will never give this picture, but may give others: only this goal is illustrated. */
export class PictureRefusedError extends Error {
  override name = "PictureRefusedError";
  /**
   * @param status the HTTP status, if one says it
   * @param problem what is misconfigured if no goal of the board gets a picture; as for `misconfigured`
   */
  constructor(readonly status?: number, readonly problem?: string) {
    super("this picture was refused");
  }
}

/** An answer from outside was longer than allowed. */
export class AnswerTooLargeError extends Error {
  override name = "AnswerTooLargeError";
}
