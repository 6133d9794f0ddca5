/** `/rest/v1`, `/auth/v1` and `/storage/v1` as hosted Supabase answers them, on top of lite. */
import { adminUsers, authError } from "./admin_users.ts";
import type { Lite } from "./lite.ts";
import type { StackKeys, Tokens } from "./tokens.ts";

export type Handler = (request: Request, url: URL) => Promise<Response>;

export function createApi(lite: Lite, keys: StackKeys, tokens: Tokens): Handler {
  return async (request, url) => {
    if (request.method === "OPTIONS") return answerPreflight(request);
    return withCors(await answer(request, url));
  };

  async function answer(request: Request, url: URL): Promise<Response> {
    const { pathname } = url;
    if (pathname === "/auth/v1/.well-known/jwks.json") {
      return Response.json(tokens.jwks, { headers: { "cache-control": "public, max-age=600" } });
    }
    const refusal = await refuseStorageToken(request, url);
    if (refusal !== null) return refusal;

    const headers = new Headers(request.headers);
    const translated = await translateCredentials(headers, pathname);
    if (translated !== null) return translated;

    const user = /^\/auth\/v1\/admin\/users(?:\/([^/]*))?$/.exec(pathname);
    if (user !== null) {
      if (headers.get("apikey") !== keys.secret) {
        return authError(403, "not_admin", "User not allowed");
      }
      return await adminUsers(request, user[1] ?? "", lite.sql);
    }
    if (request.method === "POST" && /^\/storage\/v1\/object\/sign\/[^/]+$/.test(pathname)) {
      return await signMany(await request.json(), url, headers);
    }
    const response = await lite.fetch(
      new Request(url, { method: request.method, headers, body: request.body }),
    );
    return await correct(request, pathname, response);
  }

  /** Replaces legacy keys by the new ones and ES256 tokens by lite's. Null: go on. */
  async function translateCredentials(headers: Headers, path: string): Promise<Response | null> {
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
    // lite refuses it in its own words, or ignores it where hosted does. Never passed on as it came:
    // an HS256 token signed here, such as a storage URL's, must not count as a user's.
    headers.set("authorization", "Bearer refused.refused.refused");
    return null;
  }

  /** lite answers a tampered or expired storage URL with 500. */
  async function refuseStorageToken(request: Request, url: URL): Promise<Response | null> {
    const signed = /^\/storage\/v1\/object\/(upload\/)?sign\//.test(url.pathname);
    const token = url.searchParams.get("token");
    if (!signed || token === null || request.method === "POST") return null;
    const message = await tokens.storageProblem(token);
    return message === null
      ? null
      : Response.json({ statusCode: "400", error: "InvalidJWT", message }, { status: 400 });
  }

  /** createSignedUrls, which lite takes for createSignedUrl of an object named like the bucket. */
  async function signMany(
    { paths, expiresIn }: { paths: string[]; expiresIn: number },
    bucket: URL,
    headers: Headers,
  ): Promise<Response> {
    headers.delete("content-length");
    const signed = await Promise.all(paths.map(async (path) => {
      const url = new URL(
        `${bucket.pathname}/${path.split("/").map(encodeURIComponent).join("/")}`,
        bucket,
      );
      const body = JSON.stringify({ expiresIn });
      const answer = await lite.fetch(new Request(url, { method: "POST", headers, body }));
      const { signedUrl, message } = await answer.json();
      return answer.ok
        ? { error: null, path, signedURL: relativeToStorage(signedUrl) }
        : { error: message, path, signedURL: null };
    }));
    return Response.json(signed);
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
    // supabase-js reads `signedURL`, relative to /storage/v1; lite says `signedUrl`, absolute.
    if (path.startsWith("/storage/v1/object/sign/")) {
      const body = await response.json();
      return withBody(response, { ...body, signedURL: relativeToStorage(body.signedUrl) });
    }
    return response;
  }
}

function relativeToStorage(url: string): string {
  return url.replace(/^\/storage\/v1/, "");
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
