import { createSupabaseContext } from "@supabase/server";
import type { SupabaseContext, WithSupabaseConfig } from "@supabase/server";
import type { BoardStore } from "./board_store.ts";
import { type Config, readConfig } from "./config.ts";
import type { Database } from "./database.types.ts";
import type { Deps } from "./deps.ts";
import { ConfigError, DatabaseError, HttpError } from "./errors.ts";
import { errorResponse, preflight } from "./http.ts";
import { Jobs } from "./jobs.ts";
import { codeOf, kindOf, type Log, logger } from "./log.ts";
import type { Queue } from "./qstash/publish.ts";

/** What a handler gets: the request was let in, and everything that it may touch is here. */
export interface Context extends Pick<Deps, "fetch" | "now" | "timing"> {
  req: Request;
  /** Who calls, and a client with the rights of the service role. */
  supabase: SupabaseContext<Database>;
  jobs: Jobs;
  boards: BoardStore;
  queue: Queue;
  config: Config;
  log: Log;
}

type Auth = NonNullable<WithSupabaseConfig["auth"]>;

/**
 * The frame of every function: POST only, configuration, credentials, and every error as the
 * contract's JSON with CORS headers. Nothing that was thrown reaches the caller but an HttpError.
 *
 * createSupabaseContext, not withSupabase: the latter holds the whole body in memory before a handler
 * can refuse it for its size.
 * @param name the function's, as in its URL
 * @param auth whom to let in, of @supabase/server's modes
 */
export function endpoint(
  deps: Deps,
  name: string,
  auth: (config: Config) => Auth,
  handle: (context: Context) => Promise<Response>,
): (req: Request) => Promise<Response> {
  const log = logger(deps, name);
  const { now, timing, fetch } = deps;
  const supabaseOptions = { global: { fetch: boundedFetch(fetch, timing.call) } };
  return async (req) => {
    if (req.method === "OPTIONS") return preflight();
    try {
      if (req.method !== "POST") {
        const headers = { Allow: "POST, OPTIONS" };
        throw new HttpError("method_not_allowed", "Only POST is allowed.", { headers });
      }
      const config = readConfig(deps.env);
      const { data: supabase, error } = await createSupabaseContext<Database>(credentialsOf(req), {
        auth: auth(config),
        env: config.supabaseEnv,
        supabaseOptions,
      });
      if (error?.status === 401) {
        const code = codeOf(error);
        if (code === "INVALID_API_KEY") log("key_refused", { code });
        // no token was sent: nothing to log
        else if (req.headers.has("authorization")) log("token_refused", { code });
        const message = "Sign in first: this needs the access token of a valid session.";
        throw new HttpError("unauthorized", message);
      }
      if (error?.code === "JWKS_FETCH_FAILED") throw unavailable();
      if (error) throw new ConfigError(variableOf(error.code), `cannot be used: ${error.code}`);
      const jobs = new Jobs(supabase.supabaseAdmin);
      const boards = deps.boardStore(supabase.supabaseAdmin, config);
      const queue = deps.queue(config, deps);
      return await handle({ req, supabase, jobs, boards, queue, config, log, now, timing, fetch });
    } catch (error) {
      return errorResponse(asHttpError(error, log));
    }
  };
}

/**
 * The request's headers, with `Authorization` as @supabase/server reads it: the scheme exactly `Bearer`, and
 * one space. HTTP allows any case, and more spaces: https://www.rfc-editor.org/rfc/rfc9110#section-11.4
 */
function credentialsOf({ url, headers: sent }: Request): Request {
  const headers = new Headers(sent);
  const token = /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (token) headers.set("authorization", `Bearer ${token}`);
  return new Request(url, { headers });
}

/**
 * Every call of the database or the Storage API ends, whatever happens on the other side. None follows
 * a redirect, because the secret key goes with it.
 */
const boundedFetch = (fetch: Deps["fetch"], seconds: number): typeof fetch => (input, init) => {
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
  new HttpError("unavailable", "We cannot be reached right now. Please try again in a moment.")
    .retryAfter(5);

function asHttpError(error: unknown, log: Log): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ConfigError) {
    log("misconfigured", { problem: error.message });
    return new HttpError("misconfigured", error.message);
  }
  if (error instanceof DatabaseError && error.unavailable) {
    log("database_unavailable", { code: error.code });
    return unavailable();
  }
  log("unexpected_error", { error: kindOf(error) });
  return new HttpError("internal_error", "Something went wrong on our side. Please try again.");
}
