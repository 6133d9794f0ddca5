import { createSupabaseContext } from "@supabase/server";
import type { SupabaseContext, WithSupabaseConfig } from "@supabase/server";
import { type Config, ConfigError, readConfig } from "./config.ts";
import type { Database } from "./database.types.ts";
import { errorResponse, HttpError, preflight } from "./http.ts";
import { DatabaseError, Jobs } from "./jobs.ts";
import { codeOf, kindOf, type Log, logger } from "./log.ts";
import type { Timing } from "./timing.ts";
import type { World } from "./deps.ts";

/** What a handler gets: the request was let in, and everything it may touch is here. */
export interface Call {
  req: Request;
  supabase: SupabaseContext<Database>;
  jobs: Jobs;
  config: Config;
  log: Log;
  now: () => number;
  timing: Timing;
}

type Auth = NonNullable<WithSupabaseConfig["auth"]>;

/**
 * The frame of every function: POST only, configuration, credentials, and every error as the
 * contract's JSON with CORS headers. Nothing that was thrown reaches the caller but an HttpError.
 *
 * createSupabaseContext, not withSupabase: the latter holds the whole body in memory before a handler
 * can refuse it for its size.
 * @param auth whom to let in, of @supabase/server's modes
 */
export function endpoint(
  world: World,
  name: string,
  auth: (config: Config) => Auth,
  handle: (call: Call) => Promise<Response>,
): (req: Request) => Promise<Response> {
  const log = logger(world, name);
  const fetch = boundedFetch(world.timing.call);
  return async (req) => {
    if (req.method === "OPTIONS") return preflight();
    try {
      if (req.method !== "POST") {
        throw new HttpError(405, "method_not_allowed", "Only POST is allowed.", {
          headers: { Allow: "POST, OPTIONS" },
        });
      }
      const config = readConfig(world);
      const { data: supabase, error } = await createSupabaseContext<Database>(req, {
        auth: auth(config),
        env: config.supabaseEnv,
        supabaseOptions: { global: { fetch } },
      });
      if (error?.status === 401) {
        // of whom nobody was named, there is nothing to tell
        if (req.headers.has("authorization")) log("token_refused", { code: codeOf(error) });
        throw new HttpError(
          401,
          "unauthorized",
          "Sign in first: this needs the access token of a valid session.",
        );
      }
      if (error?.code === "JWKS_FETCH_FAILED") throw unavailable();
      if (error) throw new ConfigError(variableOf(error.code), `cannot be used: ${error.code}`);
      const jobs = new Jobs(supabase.supabaseAdmin);
      const { now, timing } = world;
      return await handle({ req, supabase, jobs, config, log, now, timing });
    } catch (error) {
      return errorResponse(asHttpError(error, log));
    }
  };
}

/**
 * Every call of the database or the Storage API ends, whatever happens on the other side; and none is
 * redirected, because the secret key goes with it.
 */
const boundedFetch = (seconds: number): typeof fetch => (input, init) => {
  const deadline = AbortSignal.timeout(seconds * 1000);
  return fetch(input, {
    ...init,
    redirect: "error",
    signal: init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline,
  });
};

/** The variable that @supabase/server misses, from its code, such as MISSING_DEFAULT_SECRET_KEY. */
function variableOf(code: string): string {
  if (code.includes("SECRET")) return "SUPABASE_SECRET_KEYS";
  if (/PUBLISHABLE|NO_KEYS/.test(code)) return "SUPABASE_PUBLISHABLE_KEYS";
  return code.includes("JWKS") ? "SUPABASE_JWKS" : "SUPABASE_URL";
}

const unavailable = () =>
  new HttpError(
    503,
    "unavailable",
    "We cannot be reached right now. Please try again in a moment.",
  ).retryAfter(5);

function asHttpError(error: unknown, log: Log): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ConfigError) {
    log("misconfigured", { problem: error.message });
    return new HttpError(500, "misconfigured", error.message);
  }
  if (error instanceof DatabaseError && error.unavailable) {
    log("database_unavailable", { code: error.code });
    return unavailable();
  }
  log("unexpected_error", { error: kindOf(error) });
  return new HttpError(
    500,
    "internal_error",
    "Something went wrong on our side. Please try again.",
  );
}
