/** What `npm start` takes from the shell and from supabase/functions/.env. */
import { parseEnv } from "node:util";
import { configVariables } from "../../../supabase/functions/_shared/config.ts";
import { root } from "./process.ts";

/**
 * The functions' own variables: `supabase/functions/.env`, as `supabase start` reads it, and those of
 * the configuration that are set in the shell, which win. The stack sets SUPABASE_* itself, so that no
 * forgotten line leads to another project.
 */
export async function functionsEnv(
  file = `${root}supabase/functions/.env`,
): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const all = parseEnv(text) as Record<string, string>;
  // QSTASH_DEV must have no effect on the functions: here one can try
  for (const name of [...configVariables, "QSTASH_DEV"]) {
    const value = Deno.env.get(name);
    if (value) all[name] = value;
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("SUPABASE_")));
}

/**
 * Whether a QStash URL means the server that the stack starts itself on this port: as a shell that
 * sourced stack.env has it, or, on whatever port, as the containers of `supabase start` see this machine.
 */
export function isOurQStash(url: string, port: number): boolean {
  const parsed = URL.parse(url.trim());
  if (parsed?.protocol !== "http:") return false;
  return parsed.hostname === "host.docker.internal" ||
    ["127.0.0.1", "localhost"].includes(parsed.hostname) && parsed.port === String(port);
}

/**
 * A port from the environment; an empty one counts as not set.
 * @throws if it is not a port number
 */
export function portFrom<T>(variable: string, fallback: T): number | T {
  const value = Deno.env.get(variable)?.trim();
  if (!value) return fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) < 65536) return Number(value);
  throw new Error(`${variable} must be a port number, not "${value}".`);
}
