import type { SupabaseEnv } from "@supabase/server";
import { z } from "zod";
import { ConfigError } from "./errors.ts";

const text = z.string({ error: "is not set" });

/** Without slashes at its end. */
const url = text.refine((value) => /^https?:\/\/[^/\s]/.test(value), {
  error: "must be a URL that starts with http:// or https://",
}).transform((value) => value.replace(/\/+$/, ""));

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

const general = z.object({
  SUPABASE_URL: url,
  SUPABASE_PUBLISHABLE_KEYS: keys.optional(),
  SUPABASE_PUBLISHABLE_KEY: text.optional(),
  SUPABASE_ANON_KEY: text.optional(),
  SUPABASE_SECRET_KEYS: keys.optional(),
  SUPABASE_SECRET_KEY: text.optional(),
  SUPABASE_SERVICE_ROLE_KEY: text.optional(),
  SUPABASE_JWKS: jwks.optional(),
  QSTASH_URL: url.refine((value) => !/\/v\d/.test(value), {
    error: "must be the base URL of QStash, without /v2/publish",
  }),
  QSTASH_TOKEN: text,
  QSTASH_CURRENT_SIGNING_KEY: text,
  QSTASH_NEXT_SIGNING_KEY: text,
  FUNCTIONS_URL: url.optional(),
  FUNCTIONS_REGION: text.regex(/^[a-z]{2}-[a-z]+-\d$/, { error: "must be a region like eu-west-1" })
    .optional(),
  BOARDS_AT_ONCE: count("2", 1),
  ALLOW_GUESTS: z.enum(["true", "false"], { error: "must be true or false" }).default("false"),
  MAX_ACTIVE_JOBS: count("3", 0),
  MAX_DAILY_JOBS: count("20", 0),
  JOB_TTL_DAYS: count("30", 1),
  BOARD_SIZE: z.enum(["screen", "print"], { error: "must be screen or print" }).default("screen"),
  BOARD_PICTURES: z.enum(["illustrated", "stock", "ai"], {
    error: "must be illustrated, stock or ai",
  }).default("illustrated"),
});

/** A header's value: anything else would fail in each request, with an error that quotes it. */
const apiKey = text.refine((value) => /^[\x21-\x7e]+$/.test(value), {
  error: "must be one line of ASCII without spaces",
});

/** Whether nobody on the way reads it. Docker's name is this machine's too. */
export const isSecureUrl = (url: string): boolean =>
  /^https:|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(?=[:/]|$)/.test(url);

/** An API that gets a key. */
const secureUrl = url.refine(isSecureUrl, { error: "must be a URL that starts with https://" });

const pexels = z.object({
  PEXELS_API_KEY: apiKey,
  PEXELS_URL: secureUrl.default("https://api.pexels.com"),
});
const ai = z.object({
  // Of Google's image models the AI SDK knows only Gemini's.
  IMAGE_MODEL: text.refine((value) => /^(?:openai:|google:gemini-)[\w./:@-]{1,100}$/.test(value), {
    error: "must be a model like openai:gpt-image-1 or google:gemini-2.5-flash-image",
  }),
});
const openai = z.object({
  OPENAI_API_KEY: apiKey,
  OPENAI_BASE_URL: secureUrl.default("https://api.openai.com/v1"),
});
const google = z.object({ GOOGLE_GENERATIVE_AI_API_KEY: apiKey });

/** The names of all variables that are read. */
export const configVariables: readonly string[] = [general, pexels, ai, openai, google]
  .flatMap((schema) => Object.keys(schema.shape));

/** What an operator can set; docs/operations.md says what each means. */
export interface Config {
  supabaseUrl: string;
  /** For @supabase/server, which itself looks for other forms of what is missing here. */
  supabaseEnv: Partial<SupabaseEnv>;
  /** The public base URL of the functions: what QStash calls, and signs. No slash at the end. */
  functionsUrl: string;
  /** The region that process-job runs in, of AWS's names; undefined: near QStash. */
  functionsRegion: string | undefined;
  /** How many boards are drawn at once, across all function instances. */
  boardsAtOnce: number;
  qstash: { url: string; token: string; currentSigningKey: string; nextSigningKey: string };
  allowGuests: boolean;
  maxActiveJobs: number;
  maxDailyJobs: number;
  jobTtlDays: number;
  boardSize: "screen" | "print";
  pictures: PicturesConfig;
}

/** Where a board's pictures come from, and what that source needs. */
export type PicturesConfig = { readonly source: "illustrated" } | PexelsConfig | AiConfig;

export interface PexelsConfig {
  readonly source: "stock";
  readonly key: string;
  readonly url: string;
}

export interface AiConfig {
  readonly source: "ai";
  readonly provider: "openai" | "google";
  /** As the provider names it. */
  readonly model: string;
  readonly key: string;
  /** The provider's API, with its version. No slash at the end. */
  readonly url: string;
}

type ReadVariable = (name: string) => string | undefined;

/**
 * Reads the configuration; a variable that is empty counts as not set.
 * @throws ConfigError for the first variable that is missing or malformed
 */
export function readConfig(env: ReadVariable): Config {
  const set = readVariables(env, general);
  return {
    supabaseUrl: set.SUPABASE_URL,
    supabaseEnv: {
      url: set.SUPABASE_URL,
      publishableKeys: apiKeys(
        set.SUPABASE_PUBLISHABLE_KEYS,
        set.SUPABASE_PUBLISHABLE_KEY ?? set.SUPABASE_ANON_KEY,
      ),
      secretKeys: apiKeys(
        set.SUPABASE_SECRET_KEYS,
        set.SUPABASE_SECRET_KEY ?? set.SUPABASE_SERVICE_ROLE_KEY,
      ),
      ...(set.SUPABASE_JWKS && { jwks: set.SUPABASE_JWKS as SupabaseEnv["jwks"] }),
    },
    functionsUrl: set.FUNCTIONS_URL ?? `${set.SUPABASE_URL}/functions/v1`,
    functionsRegion: set.FUNCTIONS_REGION,
    boardsAtOnce: set.BOARDS_AT_ONCE,
    qstash: {
      url: set.QSTASH_URL,
      token: set.QSTASH_TOKEN,
      currentSigningKey: set.QSTASH_CURRENT_SIGNING_KEY,
      nextSigningKey: set.QSTASH_NEXT_SIGNING_KEY,
    },
    allowGuests: set.ALLOW_GUESTS === "true",
    maxActiveJobs: set.MAX_ACTIVE_JOBS,
    maxDailyJobs: set.MAX_DAILY_JOBS,
    jobTtlDays: set.JOB_TTL_DAYS,
    boardSize: set.BOARD_SIZE,
    pictures: readPictures(env, set.BOARD_PICTURES),
  };
}

/** The project's keys by name. One that has no new keys has a legacy one, which has no name. */
const apiKeys = (named: Record<string, string> = {}, single?: string): Record<string, string> =>
  Object.keys(named).length > 0 || !single ? named : { default: single };

/**
 * Everything that is missing or malformed, where `readConfig` stops at the first: before a deploy, all is
 * corrected at once. A variable is named once.
 */
export function configErrors(env: ReadVariable): ConfigError[] {
  const source = env("BOARD_PICTURES")?.trim();
  const provider = env("IMAGE_MODEL")?.trim().startsWith("google:") ? google : openai;
  const schemas = [
    general,
    source === "stock" && pexels,
    ...(source === "ai" ? [ai, provider] : []),
  ];
  const errors = schemas.flatMap((schema) => {
    const { error } = schema ? parseVariables(env, schema) : {};
    return error ? errorsOf(error) : [];
  });
  return errors.filter(({ variable }, i) => errors.findIndex((e) => e.variable === variable) === i);
}

/** Reads what the chosen source needs; the variables of the others are not looked at. */
function readPictures(env: ReadVariable, source: PicturesConfig["source"]): PicturesConfig {
  if (source === "illustrated") return { source };
  if (source === "stock") {
    const { PEXELS_API_KEY, PEXELS_URL } = readVariables(env, pexels);
    return { source, key: PEXELS_API_KEY, url: PEXELS_URL };
  }
  const id = readVariables(env, ai).IMAGE_MODEL;
  const model = id.slice(id.indexOf(":") + 1);
  if (id.startsWith("openai:")) {
    const { OPENAI_API_KEY, OPENAI_BASE_URL } = readVariables(env, openai);
    return { source, provider: "openai", model, key: OPENAI_API_KEY, url: OPENAI_BASE_URL };
  }
  const { GOOGLE_GENERATIVE_AI_API_KEY } = readVariables(env, google);
  const url = "https://generativelanguage.googleapis.com/v1beta";
  return { source, provider: "google", model, key: GOOGLE_GENERATIVE_AI_API_KEY, url };
}

function readVariables<S extends z.ZodObject>(env: ReadVariable, schema: S): z.output<S> {
  const parsed = parseVariables(env, schema);
  if (parsed.success) return parsed.data;
  throw errorsOf(parsed.error)[0];
}

const parseVariables = <S extends z.ZodObject>(env: ReadVariable, schema: S) =>
  schema.safeParse(Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, env(name)?.trim() || undefined]),
  ));

const errorsOf = ({ issues }: z.ZodError): ConfigError[] =>
  issues.map(({ path, message }) => new ConfigError(String(path[0]), message));
