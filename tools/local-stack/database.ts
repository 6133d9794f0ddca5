/** The database alone, for pgTAP, generated types and the advisors. */
import { join } from "node:path";
import postgres from "postgres";
import { startPostgres } from "./postgres.ts";
import { REPOSITORY } from "./project.ts";
import { provision } from "./supabase/provision.ts";

export interface DatabaseOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Where data is kept; left out: a throw-away directory. */
  dir?: string;
  /** Default: this repository. */
  project?: string;
  onLog?: (line: string) => void;
}

export interface Database {
  /** Connection string of the superuser. */
  url: string;
  stop(): Promise<void>;
}

/** Starts Postgres with Supabase's roles and schemas and the project's migrations; about 1 s. */
export async function startDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const { port = 0, dir, project = REPOSITORY, onLog } = options;
  const server = await startPostgres({ port, dir, onLog });
  try {
    const sql = postgres(server.url, { max: 1, onnotice: () => {} });
    await provision(sql, join(project, "supabase/migrations")).finally(() => sql.end());
    return { url: server.url, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
