/** `/rest/v1`, `/auth/v1` and `/storage/v1` as hosted Supabase answers them, on top of lite. */
import { adminUsers, authError } from "./admin_users.ts";
import type { Lite } from "./lite.ts";
import { createStorage, readRoute, storageError } from "./storage_api.ts";
import type { StackKeys, Tokens } from "./tokens.ts";

export type Handler = (request: Request, url: URL) => Promise<Response>;

/** @param sizeLimit of an object in Storage, in bytes */
export function createApi(
  lite: Lite,
  keys: StackKeys,
  tokens: Tokens,
  sizeLimit: number,
): Handler {
  const storage = createStorage({ lite, tokens, sizeLimit });
  return async (request, url) => {
    if (request.method === "OPTIONS") return answerPreflight(request);
    return withCors(await answer(request, url));
  };

  async function answer(request: Request, url: URL): Promise<Response> {
    const { pathname } = url;
    if (pathname === "/auth/v1/.well-known/jwks.json") {
      return Response.json(tokens.jwks, { headers: { "cache-control": "public, max-age=600" } });
    }
    const headers = new Headers(request.headers);
    const translated = await translateCredentials(request, headers, pathname);
    if (translated !== null) return translated;
    if (pathname.startsWith("/storage/v1/")) return await storage(request, url, headers);

    const user = /^\/auth\/v1\/admin\/users(?:\/([^/]*))?$/.exec(pathname);
    if (user !== null) {
      if (headers.get("apikey") !== keys.secret) {
        return authError(403, "not_admin", "User not allowed");
      }
      return await adminUsers(request, user[1] ?? "", lite.sql);
    }
    const response = await lite.fetch(
      new Request(url, { method: request.method, headers, body: request.body }),
    );
    return await correct(request, pathname, response);
  }

  /** Replaces legacy keys by the new ones and ES256 tokens by lite's. Null: go on. */
  async function translateCredentials(
    request: Request,
    headers: Headers,
    path: string,
  ): Promise<Response | null> {
    const legacy = { [tokens.legacy.anon]: keys.publishable, [tokens.legacy.service]: keys.secret };
    const apikey = headers.get("apikey");
    if (apikey !== null && legacy[apikey] !== undefined) headers.set("apikey", legacy[apikey]);

    const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (bearer === undefined || bearer.startsWith("sb_")) return null;
    if (legacy[bearer] !== undefined) {
      headers.set("authorization", `Bearer ${legacy[bearer]}`);
      return null;
    }
    const result = await tokens.inward(bearer);
    if ("token" in result) {
      headers.set("authorization", `Bearer ${result.token}`);
      return null;
    }
    if (path.startsWith("/rest/v1")) {
      const message = result.refused === "expired" ? "JWT expired" : "JWSError JWSInvalidSignature";
      const code = result.refused === "expired" ? "PGRST303" : "PGRST301";
      return Response.json({ code, details: null, hint: null, message }, { status: 401 });
    }
    if (path.startsWith("/storage/v1/")) {
      const { open } = readRoute(request.method, path.slice("/storage/v1".length));
      const message = result.refused === "expired"
        ? '"exp" claim timestamp check failed'
        : "signature verification failed";
      if (!open) return storageError("AccessDenied", { message });
    }
    // lite refuses it in its own words, or ignores it where hosted does. Never passed on as it came:
    // an HS256 token signed here, such as a storage URL's, must not count as a user's.
    headers.set("authorization", "Bearer refused.refused.refused");
    return null;
  }

  /** What lite answers in another form than hosted Supabase. */
  async function correct(request: Request, path: string, response: Response): Promise<Response> {
    if (!response.ok || request.method !== "POST") return response;
    if (/^\/auth\/v1\/(token|signup|verify)$/.test(path)) {
      const session = await response.json();
      if (session.access_token) {
        session.access_token = await tokens.outward(session.access_token, session.user);
      }
      return withBody(response, session);
    }
    return response;
  }
}

function withBody(response: Response, body: unknown): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return Response.json(body, { status: response.status, headers });
}

const EXPOSED =
  "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, " +
  "Server, Transfer-Encoding, Range-Unit, X-Sb-Error-Code";

/** The hosted gateway lets any origin ask, with whatever headers. Functions answer their own preflights. */
function answerPreflight(request: Request): Response {
  const headers: Record<string, string> = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS",
    "access-control-max-age": "3600",
  };
  const asked = request.headers.get("access-control-request-headers");
  if (asked !== null) headers["access-control-allow-headers"] = asked;
  return new Response(null, { status: 200, headers });
}

/** Lets any origin read an answer, as the hosted gateway does. */
export function withCors(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", EXPOSED);
  return new Response(response.body, { status: response.status, headers });
}
