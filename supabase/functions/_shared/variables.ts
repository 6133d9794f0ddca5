import { z } from "zod";
import type { World } from "./deps.ts";

/** A variable is missing or malformed. The message is one line that names it and never its value. */
export class ConfigError extends Error {
  override name = "ConfigError";
  constructor(readonly variable: string, problem: string) {
    super(`${variable} ${problem}`);
  }
}

export const text = z.string({ error: "is not set" });

/** Without slashes at its end. */
export const url = text.refine((value) => /^https?:\/\/[^/\s]/.test(value), {
  error: "must be a URL that starts with http:// or https://",
}).transform((value) => value.replace(/\/+$/, ""));

/**
 * Reads variables; one that is empty counts as not set.
 * @param schema a zod object whose keys are their names
 * @throws ConfigError for the first that is missing or malformed
 */
export function readVariables<S extends z.ZodObject>(
  world: Pick<World, "env">,
  schema: S,
): z.output<S> {
  const raw = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, world.env(name)?.trim() || undefined]),
  );
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ConfigError(String(issue.path[0]), issue.message);
}
