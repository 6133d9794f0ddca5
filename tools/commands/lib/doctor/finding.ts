/** What a check of `npm run doctor` is, and what it finds. */

/** `not checked`: what it needs is not there, such as a login. */
export type Status = "ok" | "warn" | "fail" | "not checked";

export interface Finding {
  status: Status;
  /** What was found; if it is not well, with the cure. */
  text: string;
}

export interface Check<Context> {
  /** The thing that is checked, at most 24 characters. */
  label: string;
  /** What it throws is a failure, unless it is a NotCheckedError. */
  run(context: Context): Promise<Finding>;
}

export const ok = (text: string): Finding => ({ status: "ok", text });
export const warn = (text: string): Finding => ({ status: "warn", text });
export const fail = (text: string): Finding => ({ status: "fail", text });

/** Sentences about what is wrong as one failure; without any, the text about what is well. */
export const failIf = (problems: string[], well: string): Finding =>
  problems.length > 0 ? fail(problems.join(" ")) : ok(well);

/** Something that a check needs cannot be had; the message says what to do. */
export class NotCheckedError extends Error {
  override name = "NotCheckedError";
}
