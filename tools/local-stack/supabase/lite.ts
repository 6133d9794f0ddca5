/** `@supabase/lite` on a Postgres, made to behave like hosted Supabase. */
import type { App } from "@supabase/lite";
import type { Sql } from "postgres";
import { type ProjectConfig, readSize, sizeLimit } from "../project.ts";
import { databaseSocket } from "./database_socket.ts";
import {
  capture,
  DRIVER_TYPES,
  mustSucceed,
  normalizeDatabaseError,
  type Seen,
  type SetContext,
  withRoleSettings,
} from "./lite_fixes.ts";
import { FileObjects } from "./objects.ts";
import { provision } from "./provision.ts";
import type { StackKeys } from "./tokens.ts";

// Begun before they are needed: 0.15 s beside the start of Postgres.
const library = import("@supabase/lite");
const driver = import("@supabase/lite/postgres");

export interface LiteOptions {
  databaseUrl: string;
  keys: StackKeys;
  /** Holds the storage objects; must exist. */
  objects: string;
  /** supabase/migrations. */
  migrations: string;
  config: ProjectConfig;
  onLog?: (line: string) => void;
}

export interface Lite {
  /** Answers a request to `/rest/v1`, `/auth/v1` or `/storage/v1` with lite's HS256 tokens. */
  fetch(request: Request, seen?: Seen): Promise<Response>;
  /** As the superuser. */
  sql: Sql;
  stop(): Promise<void>;
}

/** Provisions roles, system schemas and migrations, and opens lite on them; about 0.3 s. */
export async function openLite(options: LiteOptions): Promise<Lite> {
  const { migrations, onLog = () => {} } = options;
  let stopped = false;
  let reopening = true; // opening, that is
  let generation = 0;
  let current = await connect(options, watch(), (sql) => provision(sql, migrations));
  reopening = false;
  return {
    fetch: (request, seen) =>
      new Promise((resolve, reject) => {
        const { app, waiting } = current;
        const giveUp = () => resolve(unavailable());
        waiting.add(giveUp);
        const answer = capture(onLog, () => app.fetch(request, { peerAddress: null }), seen);
        Promise.resolve(answer).finally(() => waiting.delete(giveUp)).then(resolve, reject);
      }),
    get sql() {
      return current.sql;
    },
    async stop() {
      stopped = true;
      await current.sql.end({ timeout: 1 }); // seconds for queries under way
    },
  };

  /** Returns what to call when a connection of the newest pool dies: then all of it is opened again. */
  function watch(): () => void {
    const mine = ++generation;
    return () => {
      if (mine === generation && !reopening && !stopped) void reopen();
    };
  }

  async function reopen() {
    reopening = true;
    while (!stopped) {
      try {
        const before = current;
        current = await connect(options, watch());
        // A second for connections that are well. The driver forgets who waits for one that is not.
        void before.sql.end({ timeout: 1 }).catch(() => {})
          .then(() => before.waiting.forEach((giveUp) => giveUp()));
        break;
      } catch { // the server is not back yet
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    reopening = false;
  }
}

/** As PostgREST says it. */
function unavailable(): Response {
  const message = "Database client error. Retrying the connection.";
  return Response.json({ code: "PGRST001", details: null, hint: null, message }, { status: 503 });
}

interface Connected {
  app: App;
  /** Requests without an answer: what ends each of them. */
  waiting: Set<() => void>;
  /** As the superuser. */
  sql: Sql;
}

/** lite with connections of its own. */
async function connect(
  { databaseUrl, keys, objects, config, onLog = () => {} }: LiteOptions,
  onDeath: () => void,
  prepare: (sql: Sql) => Promise<void> = () => Promise.resolve(),
): Promise<Connected> {
  const [{ App, setExperimental }, { createPostgresConnection }] = await Promise.all([
    library,
    driver,
  ]);

  const death = Promise.withResolvers<never>();
  const connection = createPostgresConnection({
    url: databaseUrl,
    postgresOptions: {
      // not among the driver's types
      ...{
        socket: databaseSocket(databaseUrl, () => {
          death.reject(new Error("The database closed a connection"));
          onDeath();
        }),
      },
      max: 20,
      // Timers of connections that died; they would keep the process.
      ...{ max_lifetime: null, connect_timeout: 5 },
      onnotice: () => {},
      types: DRIVER_TYPES,
      // Lets lite delete from the storage tables, see STORAGE_GUARDS.
      connection: { "storage.allow_delete_query": "true" } as Record<string, string>,
    },
  });
  const sql = connection.driver;
  const open = async () => {
    await prepare(sql);
    Object.assign(connection, {
      // Its first request would otherwise GRANT ALL on every schema with row level security and undo
      // what migrations revoked. The roles exist, so nothing is left for it to do.
      rlsState: "active",
      normalizeDbError: normalizeDatabaseError,
      introspect: mustSucceed(connection.introspect.bind(connection)),
      // private, hence the brackets
      applyJwtSessionContext: withRoleSettings(
        connection["applyJwtSessionContext"].bind(connection) as SetContext,
      ),
    });
    setExperimental("storage", true); // without it /storage/v1 is 404
    const app = new App({
      connection,
      // No `options.server.admin`: it would let requests without a key act as service_role.
      api: { schemas: config.api?.schemas ?? ["public"], max_rows: config.api?.max_rows ?? 1000 },
      auth: {
        ...config.auth,
        enabled: true,
        jwt_secret: keys.internal,
        publishable_key: keys.publishable,
        secret_key: keys.secret,
      },
      storage: { enabled: true, file_size_limit: `${readSize(sizeLimit(config))}B` },
    }) as unknown as App;
    app._storageAdapter = new FileObjects(objects) as unknown as App["_storageAdapter"];
    await capture(onLog, () => app.init());

    const forget = () => capture(onLog, () => connection.clearSchemaCache());
    await sql.listen("pgrst", () => void forget());
    await capture(onLog, () => connection.introspect({ useCache: true })); // 0.1 s, spared the first request
    return { app, sql, waiting: new Set<() => void>() };
  };
  try {
    return await Promise.race([open(), death.promise]); // what waits for a dead connection waits for ever
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
}
