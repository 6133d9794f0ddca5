import { parseEnv } from "node:util";
import { configVariables } from "../../supabase/functions/_shared/config.ts";

const file = new URL("../../supabase/functions/.env", import.meta.url);

/**
 * The functions' own variables: `supabase/functions/.env`, as `supabase start` reads it, and those of
 * the configuration that are set in the shell, which win. The stack sets SUPABASE_* itself.
 */
export async function functionsEnv(): Promise<Record<string, string>> {
  const shell = [...configVariables, "QSTASH_DEV"] // which must have no effect, and is tried with
    .filter((name) => !name.startsWith("SUPABASE_"))
    .flatMap((name) => Deno.env.get(name) ? [[name, Deno.env.get(name)!]] : []);
  return { ...await envFile(), ...Object.fromEntries(shell) };
}

async function envFile(): Promise<Record<string, string>> {
  try {
    return parseEnv(await Deno.readTextFile(file)) as Record<string, string>;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/**
 * Whether a QStash URL means the server that the stack would start itself on this port: as a shell that
 * sourced stack.env has it, or as the containers of `supabase start` see this machine.
 */
export function isOurQStash(url: string, port: number): boolean {
  return ["127.0.0.1", "localhost", "host.docker.internal"].some((host) =>
    url.replace(/\/+$/, "") === `http://${host}:${port}`
  );
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
