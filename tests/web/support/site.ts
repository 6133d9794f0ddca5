/** The built page on a port of its own, as a host of static files serves it. */
import { extname, join } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export type Site = ReturnType<typeof serveFolder>;

export function serveFolder(folder: string) {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, async (request) => {
    const { pathname } = new URL(request.url);
    const file = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const type = TYPES[extname(file)];
    const bytes = type && await Deno.readFile(file).catch(() => null);
    if (!bytes) return new Response("Not found", { status: 404 });
    return new Response(bytes, { headers: { "content-type": type } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/`, stop: () => server.shutdown() };
}
