/**
 * The whole project on this machine, without Docker and without an account: Postgres, Supabase's APIs,
 * the edge functions and QStash, in this process and in children that end with it.
 */
import { join } from "node:path";
import { type Functions, startFunctions } from "./functions.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import type { IsolateLimits } from "./isolate_limits.ts";
import { startPostgres } from "./postgres.ts";
import { giveTo, postgresUser } from "./postgres_files.ts";
import { readProjectConfig, readSize, REPOSITORY, sizeLimit } from "./project.ts";
import { type QStashServer, startQStash } from "./qstash/server.ts";
import { PortTakenError } from "./stack_errors.ts";
import { createApi } from "./supabase/api.ts";
import { openLite } from "./supabase/lite.ts";
import { seedBuckets } from "./supabase/seed_buckets.ts";
import {
  createKeys,
  createTokens,
  keptKeys,
  type StackKeys,
  type Tokens,
} from "./supabase/tokens.ts";

export interface StackOptions {
  /** Ports; 0 is any free one. Defaults 54321, 54322, 8080. */
  api?: number;
  db?: number;
  qstash?: number;
  /** Where data is kept. Left out: a throw-away directory, removed at the end. */
  dir?: string;
  /** What would be in supabase/functions/.env; wins over what the stack sets. */
  functionsEnv?: Record<string, string>;
  /** Another QStash server: none is started then, and its credentials come from `functionsEnv`. */
  qstashUrl?: string;
  /** Multiplies the waiting times of the local QStash. */
  delayFactor?: number;
  /** Starts functions anew when their files change. */
  watch?: boolean;
  /** Default: this repository. */
  project?: string;
  /** Where the functions are. Default: the project's supabase/functions. */
  functions?: string;
  /** Hosted's limits for the process of each function. Left out: none. */
  isolates?: IsolateLimits;
  onProgress?: (stage: string) => void;
  /** Sources: `postgres`, `supabase`, `gateway`, `qstash`, or a function. */
  onLog?: (source: string, line: string) => void;
}

export interface Stack {
  env: Record<
    | "SUPABASE_URL"
    | "SUPABASE_PUBLISHABLE_KEY"
    | "SUPABASE_SECRET_KEY"
    | "DATABASE_URL"
    | "QSTASH_URL"
    | "QSTASH_TOKEN"
    | "QSTASH_CURRENT_SIGNING_KEY"
    | "QSTASH_NEXT_SIGNING_KEY",
    string
  >;
  functions: Functions;
  /** Null where `qstashUrl` was given. */
  qstash: QStashServer | null;
  /** Stops everything in reverse order and leaves nothing. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts everything; ready in about 2 s, functions included.
 * @throws with one sentence if a part does not start; the others are stopped then
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const parts: Parts = {};
  let stopped: Promise<void> | undefined;
  const stop = () =>
    stopped ??= (async () => {
      // Against the flow of requests: nobody asks for what is gone.
      const { queue, functions, gateway, lite, postgres } = parts;
      for (const part of [queue, functions, gateway, lite, postgres]) await part?.stop();
    })();
  try {
    return { ...await start(options, parts), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What has been started so far. */
type Parts = Partial<
  Record<"queue" | "functions" | "gateway" | "lite" | "postgres", { stop(): Promise<void> }>
>;

async function start(options: StackOptions, parts: Parts): Promise<Omit<Stack, "stop">> {
  const { api = 54321, db = 54322, dir, project = REPOSITORY, watch } = options;
  const progress = options.onProgress ?? (() => {});
  const log = options.onLog ?? (() => {});

  // Both take their ports at once, so that everybody can be told the URLs; the gateway lets requests
  // wait until the rest is there.
  const gateway = parts.gateway = startGateway(api, (line) => log("gateway", line));
  const queue = openQueue(options, log);
  if (queue.server !== null) parts.queue = queue.server;

  progress("starting Postgres");
  const [config, keys, postgres] = await settleAll([
    readProjectConfig(project),
    dir === undefined ? createKeys() : keptKeys(dir),
    startPostgres({ port: db, dir, onLog: (line) => log("postgres", line) })
      .then((server) => parts.postgres = server),
  ]);
  const tokens = await createTokens(keys, `${gateway.url}/auth/v1`);

  progress("starting functions and applying migrations");
  const functions = parts.functions = startFunctions({
    project,
    directory: options.functions,
    watch,
    isolates: options.isolates,
    env: {
      ...hostedEnvironment(gateway, keys, tokens, postgres.url),
      ...queue.env,
      ...options.functionsEnv,
    },
    onLog: log,
  });
  const lite = parts.lite = await openLite({
    databaseUrl: postgres.url,
    keys,
    objects: await objectsDirectory(postgres.directory),
    migrations: join(project, "supabase/migrations"),
    config,
    onLog: (line) => log("supabase", line),
  });

  const answer = createApi(lite, keys, tokens, readSize(sizeLimit(config)));
  const seeding = seedBuckets({ project, config, api: answer, secretKey: keys.secret });
  gateway.open({
    api: answer,
    functions,
    verifiesJwt: (name) => config.functions?.[name]?.verify_jwt ?? true,
    isValidJwt: async (token) =>
      Object.values(tokens.legacy).includes(token) || "token" in await tokens.inward(token),
  });
  await settleAll([
    seeding,
    ...functions.names().map((name) => functions.locate(name, 10_000)),
  ]);
  progress("ready");

  const env = {
    SUPABASE_URL: gateway.url,
    SUPABASE_PUBLISHABLE_KEY: keys.publishable,
    SUPABASE_SECRET_KEY: keys.secret,
    DATABASE_URL: postgres.url,
    ...queue.env,
  };
  return { env, functions, qstash: queue.server };
}

/** What the platform gives every hosted function. */
function hostedEnvironment(gateway: Gateway, keys: StackKeys, tokens: Tokens, databaseUrl: string) {
  return {
    SUPABASE_URL: gateway.url,
    SUPABASE_DB_URL: databaseUrl,
    SUPABASE_ANON_KEY: tokens.legacy.anon,
    SUPABASE_SERVICE_ROLE_KEY: tokens.legacy.service,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishable }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secret }),
    SUPABASE_JWKS: JSON.stringify(tokens.jwks),
    SB_REGION: "local",
  };
}

/** The local QStash, or the one that was given. */
function openQueue(options: StackOptions, log: (source: string, line: string) => void) {
  const { qstash: port = 8080, qstashUrl, functionsEnv = {}, delayFactor } = options;
  if (qstashUrl !== undefined) {
    return {
      server: null,
      env: {
        QSTASH_URL: qstashUrl,
        QSTASH_TOKEN: functionsEnv.QSTASH_TOKEN ?? "",
        QSTASH_CURRENT_SIGNING_KEY: functionsEnv.QSTASH_CURRENT_SIGNING_KEY ?? "",
        QSTASH_NEXT_SIGNING_KEY: functionsEnv.QSTASH_NEXT_SIGNING_KEY ?? "",
      },
    };
  }
  try {
    const server = startQStash({
      port,
      delayFactor,
      log: (event, fields) => log("qstash", `${event} ${JSON.stringify(fields)}`),
    });
    return {
      server,
      env: {
        QSTASH_URL: server.url,
        QSTASH_TOKEN: server.token,
        QSTASH_CURRENT_SIGNING_KEY: server.currentSigningKey,
        QSTASH_NEXT_SIGNING_KEY: server.nextSigningKey,
      },
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new PortTakenError("QStash", port, "QSTASH_PORT");
  }
}

/** Belongs to the user that runs Postgres, whose end removes it with the data of a throw-away stack. */
async function objectsDirectory(parent: string): Promise<string> {
  const directory = join(parent, "objects");
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  await giveTo(await postgresUser(), directory);
  return directory;
}

/** Like Promise.all, but fails only when all have settled: what was started can then be stopped. */
async function settleAll<T extends unknown[]>(
  promises: [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(promises);
  return await Promise.all(promises) as T;
}
