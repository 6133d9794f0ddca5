import type { SupabaseEnv } from "@supabase/server";
import { z } from "zod";
import { type PicturesConfig, pictureVariables, readPictures } from "../_pictures/config.ts";
import { readVariables, text, url } from "./variables.ts";
import type { World } from "./deps.ts";

export { ConfigError } from "./variables.ts";

const count = (fallback: string, min: number) =>
  text.default(fallback).refine((value) => /^\d{1,5}$/.test(value) && Number(value) >= min, {
    error: `must be a whole number from ${min} to 99999`,
  }).transform(Number);

const jsonOf = <T>(schema: z.ZodType<T>, error: string) =>
  text.transform((value, context) => {
    try {
      return schema.parse(JSON.parse(value));
    } catch {
      context.addIssue({ code: "custom", message: error });
      return z.NEVER;
    }
  });
const keys = jsonOf(z.record(z.string(), z.string()), 'must be JSON like {"default":"sb_…"}');
const jwkList = z.array(z.looseObject({}));
const jwks = jsonOf(
  z.union([z.object({ keys: jwkList }), jwkList.transform((list) => ({ keys: list }))]),
  'must be a JSON Web Key Set like {"keys":[…]}',
);

const variables = z.object({
  SUPABASE_URL: url,
  SUPABASE_PUBLISHABLE_KEYS: keys.optional(),
  SUPABASE_SECRET_KEYS: keys.optional(),
  SUPABASE_JWKS: jwks.optional(),
  QSTASH_URL: url.refine((value) => !/\/v\d/.test(value), {
    error: "must be the base URL of QStash, without /v2/publish",
  }),
  QSTASH_TOKEN: text,
  QSTASH_CURRENT_SIGNING_KEY: text,
  QSTASH_NEXT_SIGNING_KEY: text,
  FUNCTIONS_URL: url.optional(),
  ALLOW_GUESTS: z.enum(["true", "false"], { error: "must be true or false" }).default("false"),
  MAX_ACTIVE_JOBS: count("3", 0),
  MAX_DAILY_JOBS: count("20", 0),
  JOB_TTL_DAYS: count("30", 1),
  BOARD_SIZE: z.enum(["screen", "print"], { error: "must be screen or print" }).default("screen"),
});

/** The names of all variables that are read. */
export const configVariables: readonly string[] = [
  ...Object.keys(variables.shape),
  ...pictureVariables,
];

/** What an operator can set; the README's table says what each means. */
export interface Config {
  supabaseUrl: string;
  /** For @supabase/server, which looks for other forms of what is missing here itself. */
  supabaseEnv: Partial<SupabaseEnv>;
  /** The public base URL of the functions: what QStash calls, and signs. No slash at the end. */
  functionsUrl: string;
  qstash: { url: string; token: string; currentSigningKey: string; nextSigningKey: string };
  allowGuests: boolean;
  maxActiveJobs: number;
  maxDailyJobs: number;
  jobTtlDays: number;
  boardSize: "screen" | "print";
  pictures: PicturesConfig;
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 * @throws ConfigError for the first variable that is missing or malformed
 */
export function readConfig(world: Pick<World, "env">): Config {
  const env = readVariables(world, variables);
  return {
    supabaseUrl: env.SUPABASE_URL,
    supabaseEnv: {
      url: env.SUPABASE_URL,
      ...(env.SUPABASE_PUBLISHABLE_KEYS && { publishableKeys: env.SUPABASE_PUBLISHABLE_KEYS }),
      ...(env.SUPABASE_SECRET_KEYS && { secretKeys: env.SUPABASE_SECRET_KEYS }),
      ...(env.SUPABASE_JWKS && { jwks: env.SUPABASE_JWKS as SupabaseEnv["jwks"] }),
    },
    functionsUrl: env.FUNCTIONS_URL ?? `${env.SUPABASE_URL}/functions/v1`,
    qstash: {
      url: env.QSTASH_URL,
      token: env.QSTASH_TOKEN,
      currentSigningKey: env.QSTASH_CURRENT_SIGNING_KEY,
      nextSigningKey: env.QSTASH_NEXT_SIGNING_KEY,
    },
    allowGuests: env.ALLOW_GUESTS === "true",
    maxActiveJobs: env.MAX_ACTIVE_JOBS,
    maxDailyJobs: env.MAX_DAILY_JOBS,
    jobTtlDays: env.JOB_TTL_DAYS,
    boardSize: env.BOARD_SIZE,
    pictures: readPictures(world),
  };
}
