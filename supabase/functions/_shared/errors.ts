/** The errors of the functions. Their messages carry no value, no SQL and no stack. */
import { type ErrorCode, ERRORS } from "./contract.ts";
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

/** Supabase Storage answered with an error, or could not be reached. Its own text may hold a URL. */
export class StorageError extends Error {
  override name = "StorageError";
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  constructor(what: string, cause: { status?: number } = {}) {
    super(`Storage could not ${what}.`);
    this.status = cause.status;
  }
}

/** No further attempt can succeed: the job fails. The message is for the person, in their row. */
export class PermanentError extends Error {
  override name = "PermanentError";
  constructor(readonly code: ErrorCode, message: string) {
    super(message);
  }
}

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

/** A picture source will never give this picture, but may give others: only this goal is illustrated. */
export class PictureRefusedError extends Error {
  override name = "PictureRefusedError";
  /** @param status the HTTP status, if one says it */
  constructor(readonly status?: number) {
    super("this picture was refused");
  }
}

/** An answer from outside was longer than allowed. */
export class AnswerTooLargeError extends Error {
  override name = "AnswerTooLargeError";
}
