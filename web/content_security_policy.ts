/**
 * The page's Content-Security-Policy: scripts, styles and fonts of its own, pictures and answers of one
 * Supabase project, and nothing else. `frame-ancestors` works in a header only: set it where you host.
 * @param dev Vite's dev server puts styles in by script and talks over a socket of its own
 */
export function policy(supabaseUrl: string, dev = false): string {
  const { origin, host, protocol } = new URL(supabaseUrl);
  const socket = `${protocol === "https:" ? "wss" : "ws"}://${host}`;
  return Object.entries({
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": dev ? "'self' 'unsafe-inline'" : "'self'",
    "img-src": `'self' ${origin}`,
    "font-src": "'self'",
    "connect-src": `'self' ${origin} ${socket}${dev ? " ws:" : ""}`,
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    ...(dev ? {} : { "require-trusted-types-for": "'script'" }),
  }).map(([name, value]) => `${name} ${value}`).join("; ");
}
