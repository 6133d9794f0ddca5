import { parseEnv } from "node:util";

const file = new URL("../../supabase/functions/.env", import.meta.url);

/** The functions' own secrets, as `supabase start` reads them: `supabase/functions/.env`, if it exists. */
export async function functionsEnv(): Promise<Record<string, string>> {
  try {
    return parseEnv(await Deno.readTextFile(file)) as Record<string, string>;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/**
 * A port from the environment.
 * @throws if it is not a port number
 */
export function portFrom(variable: string, fallback: number): number {
  const value = Deno.env.get(variable);
  if (!value) return fallback;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new Error(`${variable} must be a port number, not "${value}".`);
}
