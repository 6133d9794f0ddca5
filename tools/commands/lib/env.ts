import { parseEnv } from "node:util";
import { configVariables } from "../../../supabase/functions/_shared/config.ts";

const ofFunctions = new URL("../../../supabase/functions/.env", import.meta.url);

/**
 * The functions' own variables: `supabase/functions/.env`, as `supabase start` reads it, and those of
 * the configuration that are set in the shell, which win. The stack sets SUPABASE_* itself, so that no
 * forgotten line leads to another project.
 */
export async function functionsEnv(
  file: URL | string = ofFunctions,
): Promise<Record<string, string>> {
  const names = [...configVariables, "QSTASH_DEV"] // which must have no effect, and is tried with
    .filter((name) => Deno.env.get(name));
  const shell = Object.fromEntries(names.map((name) => [name, Deno.env.get(name)!]));
  const all = { ...await envFile(file), ...shell };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("SUPABASE_")));
}

async function envFile(file: URL | string): Promise<Record<string, string>> {
  try {
    return parseEnv(await Deno.readTextFile(file)) as Record<string, string>;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/**
 * Whether a QStash URL means the server that the stack would start itself on this port: as a shell that
 * sourced stack.env has it, or, on whatever port, as the containers of `supabase start` see this machine.
 */
export function isOurQStash(url: string, port: number): boolean {
  const { protocol, hostname, port: its } = URL.parse(url.trim()) ?? {};
  if (protocol !== "http:") return false;
  return hostname === "host.docker.internal" ||
    ["127.0.0.1", "localhost"].includes(hostname ?? "") && its === String(port);
}

/**
 * A port from the environment; one that is empty counts as not set.
 * @throws if it is not a port number
 */
export function portFrom<T>(variable: string, fallback: T): number | T {
  const value = Deno.env.get(variable)?.trim();
  if (!value) return fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) < 65536) return Number(value);
  throw new Error(`${variable} must be a port number, not "${value}".`);
}
