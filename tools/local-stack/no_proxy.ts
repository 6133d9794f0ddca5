/**
 * Keeps loopback off the proxy that a developer's machine has set, for this process and for functions: an
 * import of it is enough. Deno reads the variables at its first request.
 */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]", "::1"];

/** What to add to an environment: nothing where it names no proxy, else NO_PROXY with loopback in it. */
export function noProxy(env: Record<string, string>): Record<string, string> {
  if (!Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name))) return {};
  const own = env.NO_PROXY ?? env.no_proxy ?? "";
  const value = [...new Set([...own.split(","), ...LOOPBACK])].filter(Boolean).join(",");
  return { NO_PROXY: value, no_proxy: value };
}

for (const [name, value] of Object.entries(noProxy(Deno.env.toObject()))) Deno.env.set(name, value);
