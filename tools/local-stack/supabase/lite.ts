/** `@supabase/lite` on a Postgres, made to behave like hosted Supabase. */
import type { App } from "@supabase/lite";
import type { Sql } from "postgres";
import { type ProjectConfig, readSize, sizeLimit } from "../project.ts";
import {
  capture,
  DRIVER_TYPES,
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
  let reopening = false;
  let generation = 0;
  let current = await connect(options, watch(), (sql) => provision(sql, migrations));
  return {
    fetch: (request, seen) =>
      capture(onLog, () => current.app.fetch(request, { peerAddress: null }), seen),
    get sql() {
      return current.sql;
    },
    async stop() {
      stopped = true;
      await current.sql.end({ timeout: 1 }); // seconds for queries under way
    },
  };

  /**
   * Returns what to call when a connection of the newest pool closes. When the server dies, all close at
   * once; one that has lived for long enough closes alone. After a death the driver never answers the
   * transactions that it was beginning, nor frees their connections. So all of it is opened again, and
   * what hangs is ended.
   */
  function watch(): () => void {
    const mine = ++generation;
    let lost = 0;
    return () => {
      if (++lost === 2 && mine === generation && !reopening) void reopen();
      setTimeout(() => lost--, 100);
    };
  }

  async function reopen() {
    reopening = true;
    while (!stopped) {
      try {
        const before = current;
        current = await connect(options, watch());
        void before.sql.end({ timeout: 0 }).catch(() => {});
        break;
      } catch { // the server is not back yet
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    reopening = false;
  }
}

interface Connected {
  app: App;
  /** As the superuser. */
  sql: Sql;
}

/** lite with connections of its own. */
async function connect(
  { databaseUrl, keys, objects, config, onLog = () => {} }: LiteOptions,
  onClose: () => void,
  prepare: (sql: Sql) => Promise<void> = () => Promise.resolve(),
): Promise<Connected> {
  const [{ App, setExperimental }, { createPostgresConnection }] = await Promise.all([
    library,
    driver,
  ]);

  const connection = createPostgresConnection({
    url: databaseUrl,
    postgresOptions: {
      max: 20,
      onnotice: () => {},
      onclose: onClose,
      types: DRIVER_TYPES,
      // Lets lite delete from the storage tables, see STORAGE_GUARDS.
      connection: { "storage.allow_delete_query": "true" } as Record<string, string>,
    },
  });
  const sql = connection.driver;
  try {
    await prepare(sql);
    Object.assign(connection, {
      // Its first request would otherwise GRANT ALL on every schema with row level security and undo
      // what migrations revoked. The roles exist, so nothing is left for it to do.
      rlsState: "active",
      normalizeDbError: normalizeDatabaseError,
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
    return { app, sql };
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}
