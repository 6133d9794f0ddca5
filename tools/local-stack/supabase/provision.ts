/** Makes an empty Postgres a Supabase database, and brings a kept one up to date. */
import type { Sql } from "postgres";
import { AUTH_FUNCTIONS, ROLES_AND_GRANTS, SCHEMA_WATCH, STORAGE_GUARDS } from "./bootstrap.ts";
import { applyMigrations } from "./migrations.ts";

/**
 * Creates roles, grants and the schemas of Auth and Storage where they are missing, then applies the
 * pending migrations. lite's own `ensureSystemSchema` ignores errors and resets `auth.uid()`.
 * @returns the names of the applied files
 */
export async function provision(sql: Sql, migrations: string): Promise<string[]> {
  const { getAuthSchemaSql, getStorageSchemaSql } = await import("@supabase/lite");
  const parts = [
    ROLES_AND_GRANTS,
    getAuthSchemaSql(),
    AUTH_FUNCTIONS,
    getStorageSchemaSql(),
    STORAGE_GUARDS,
    SCHEMA_WATCH,
  ];
  await sql.unsafe(parts.join("\n")).simple();
  return await applyMigrations(sql, migrations);
}
