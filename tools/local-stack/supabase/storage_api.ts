/**
 * `/storage/v1` as hosted Storage answers it, on top of lite: its errors, which come with status 400 and
 * say what they mean in the body, ranges, downloads, caching, limits. Codes, statuses and words are those
 * of supabase/storage (src/internal/errors/codes.ts, src/storage/database/errors.ts). Types with a
 * wildcard, such as `image/*`, are not known to lite.
 */
import { Buffer } from "node:buffer";
import { decodeJwt } from "jose";
import type { Lite } from "./lite.ts";
import type { Tokens } from "./tokens.ts";

/** `remove` takes at most so many paths. */
const MAX_PATHS = 1_000;

// Hosted Storage's own patterns (src/storage/limits.ts).
const VALID_BUCKET = /^[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}$/;
const VALID_KEY = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]+$/;

/** By code: what the body says under `statusCode`, `error` and `message`. */
const ERRORS = {
  AccessDenied: [403, "Unauthorized", "Access denied"],
  BucketAlreadyExists: [409, "Duplicate", "The resource already exists"],
  DatabaseError: [500, "DatabaseError", "database error"],
  DatabaseInvalidObjectDefinition: [
    503,
    "DatabaseInvalidObjectDefinition",
    "The database schema is invalid or incompatible.",
  ],
  DatabaseReadOnly: [
    503,
    "DatabaseReadOnly",
    "The database is currently in read-only mode. Please try again later.",
  ],
  DatabaseSchemaMismatch: [
    503,
    "DatabaseSchemaMismatch",
    "The database schema is out of sync. Please run migrations or contact support.",
  ],
  DatabaseTimeout: [544, "DatabaseTimeout", "The connection to the database timed out"],
  EntityTooLarge: [413, "Payload too large", "The object exceeded the maximum allowed size"],
  InternalError: [500, "Internal", "Internal Server Error"],
  InvalidBucketName: [400, "Invalid Input", "Bucket name invalid"],
  InvalidJWT: [400, "InvalidJWT", "Invalid JWT"],
  InvalidKey: [400, "InvalidKey", "Invalid key"],
  InvalidMimeType: [415, "invalid_mime_type", "mime type is not supported"],
  InvalidParameter: [400, "InvalidParameter", "Invalid value format or type conversion failed"],
  InvalidRange: [416, "invalid_range", "invalid range provided"],
  InvalidRequest: [400, "InvalidRequest", "Invalid Request"],
  InvalidSignature: [400, "InvalidSignature", "Invalid signature"],
  KeyAlreadyExists: [409, "Duplicate", "The resource already exists"],
  NoSuchBucket: [404, "Bucket not found", "Bucket not found"],
  NoSuchKey: [404, "not_found", "Object not found"],
  ResourceAlreadyExists: [409, "Duplicate", "The resource already exists"],
  ResourceLocked: [423, "ResourceLocked", "The resource is locked"],
  ResourceNotEmpty: [
    409,
    "ResourceNotEmpty",
    "The bucket you tried to delete is not empty",
  ],
  SlowDown: [429, "too_many_connections", "Too many connections issued to the database"],
} satisfies Record<string, [number, string, string]>;

type Code = keyof typeof ERRORS;

/** Where the status is the error's own; elsewhere it is 400. */
const OWN_STATUS = [416, 429, 500, 544];

/** An error as hosted Storage answers it. `changes` are to the body. */
export function storageError(
  code: Code,
  changes: { statusCode?: string; error?: string; message?: string } = {},
): Response {
  const [meaning, error, message] = ERRORS[code];
  const body = { statusCode: String(meaning), code, error, message, ...changes };
  const status = OWN_STATUS.includes(meaning) ? meaning : 400;
  return Response.json(body, { status });
}

/** What the server's validation of requests says. */
const invalidRequest = (message: string) =>
  storageError("InvalidRequest", { error: "Error", message });

/** The codes of what lite says under `error`. */
const OF_LITE: Record<string, Code> = {
  "Bucket not found": "NoSuchBucket",
  "Invalid key": "InvalidKey",
  "Invalid token": "InvalidSignature",
  InvalidJWT: "AccessDenied",
  InvalidRequest: "InvalidRequest",
  "Payload too large": "EntityTooLarge",
  ResourceNotEmpty: "ResourceNotEmpty",
  Unauthorized: "AccessDenied",
  invalid_mime_type: "InvalidMimeType",
  not_found: "NoSuchKey",
};

/** Of a SQLSTATE that ended a request. */
const OF_DATABASE: Record<string, Code> = {
  "22P02": "InvalidParameter",
  "25006": "DatabaseReadOnly",
  "42703": "DatabaseSchemaMismatch",
  "42P01": "DatabaseSchemaMismatch",
  "42P17": "DatabaseInvalidObjectDefinition",
  "53300": "SlowDown",
  "55P03": "ResourceLocked",
  "57014": "DatabaseTimeout",
};

/** A request, as the routes of Storage read it. */
interface Route {
  /** `read`, `sign` and so on; `other` for what is about no object or many. */
  does: "read" | "read signed" | "upload" | "upload signed" | "sign" | "info" | "other";
  /** Whether it is answered without a valid token, as anon. */
  open: boolean;
  bucket: string;
  key: string;
}

/** Reads a method and a path below `/storage/v1`. */
export function readRoute(method: string, path: string): Route {
  const other: Route = { does: "other", open: false, bucket: "", key: "" };
  if (/^\/object\/(list|list-v2)\/|^\/object\/sign\/[^/]+$/.test(path)) return other;
  const match =
    /^\/object\/((?:info\/)?(?:authenticated|public)\/|info\/|(?:upload\/)?sign\/)?([^/]+)\/(.+)$/
      .exec(path);
  if (match === null) return other;
  const [, kind = "", bucket, key] = match;
  const reads = method === "GET" || method === "HEAD";
  const does = kind === "sign/"
    ? reads ? "read signed" : "sign"
    : kind === "upload/sign/"
    ? method === "PUT" ? "upload signed" : "sign"
    : kind.startsWith("info/")
    ? "info"
    : reads
    ? "read"
    : method === "POST" || method === "PUT"
    ? "upload"
    : "other";
  const open = does.endsWith("signed") || reads && !kind.endsWith("authenticated/");
  return { does, open, bucket: decode(bucket!), key: decode(key!) };
}

export interface StorageOptions {
  lite: Lite;
  tokens: Tokens;
  /** In bytes; no bucket may allow more. */
  sizeLimit: number;
}

/** Answers requests to `/storage/v1`, whose headers carry credentials as lite takes them. */
export function createStorage({ lite, tokens, sizeLimit }: StorageOptions) {
  return async (request: Request, url: URL, headers: Headers): Promise<Response> => {
    const path = url.pathname.slice("/storage/v1".length);
    const { method } = request;
    const route = readRoute(method, path);
    if (!route.open && !headers.has("authorization") && !headers.has("apikey")) {
      return invalidRequest("headers must have required property 'authorization'");
    }
    if (route.does !== "other") {
      if (!VALID_BUCKET.test(route.bucket)) return storageError("InvalidBucketName");
      if (!VALID_KEY.test(route.key)) {
        return storageError("InvalidKey", { message: `Invalid key: ${route.key}` });
      }
    }
    const whole = new URL(url);
    whole.pathname = url.pathname.replace(
      /^(\/storage\/v1\/object\/(info\/)?)authenticated\//,
      "$1",
    );
    const ask = (how: { method?: string; body?: BodyInit | null } = {}) =>
      askLite(new Request(whole, { method, headers, body: request.body, ...how }), route);
    switch (route.does) {
      case "read":
        return await render(request, url, await ask({ method: "GET", body: null }));
      case "read signed": {
        const token = url.searchParams.get("token");
        const refusal = await refuseToken(token);
        if (refusal !== null) return refusal;
        const answer = await ask({ method: "GET", body: null });
        return await render(request, url, answer, decodeJwt(token!).exp);
      }
      case "upload signed":
        return await refuseToken(url.searchParams.get("token")) ?? await ask();
      case "upload":
        return await ask({ body: await readUpload(request, headers) });
      case "sign":
        return await relativeLinks(await ask());
    }
    if (/^\/object\/sign\/[^/]+$/.test(path)) {
      return await signMany(await request.json(), url, headers);
    }
    if (method === "DELETE" && /^\/object\/[^/]+$/.test(path)) {
      const body = await request.text();
      if (JSON.parse(body).prefixes?.length > MAX_PATHS) {
        return invalidRequest(
          `Bulk object requests are limited to ${MAX_PATHS} objects per request.`,
        );
      }
      return await orNone(await ask({ body }));
    }
    if (/^\/object\/list\//.test(path)) return await orNone(await ask());
    if (/^\/bucket(\/[^/]+)?$/.test(path) && /^(POST|PUT)$/.test(method)) {
      headers.delete("content-length");
      const body = readBucket(await request.json());
      return body instanceof Response ? body : await ask({ body: JSON.stringify(body) });
    }
    return await ask();
  };

  async function askLite(request: Request, route: Route): Promise<Response> {
    const seen: { sqlState?: string } = {};
    const answer = await lite.fetch(request, seen);
    if (answer.ok || answer.status === 404) return answer; // no such route
    if (answer.status === 503) return storageError("DatabaseTimeout");
    const { error = "", message, statusCode } = await answer.json().catch(() => ({}));
    if (answer.status === 500) {
      const code = OF_DATABASE[seen.sqlState ?? ""];
      if (code !== undefined) return storageError(code);
      return seen.sqlState === undefined
        ? storageError("InternalError")
        : storageError("DatabaseError", { message: `database error, code: ${seen.sqlState}` });
    }
    if (error === "Duplicate") {
      if (request.url.endsWith("/object/move")) return storageError("ResourceAlreadyExists");
      return storageError(route.does === "other" ? "BucketAlreadyExists" : "KeyAlreadyExists");
    }
    const code = OF_LITE[error] ?? "InvalidRequest";
    // Only the object is looked up there.
    if (code === "NoSuchBucket" && route.does === "sign") return storageError("NoSuchKey");
    if (code === "InvalidMimeType") {
      return storageError(code, { message: message.replace(/ Supported: .*/s, "").slice(0, -1) });
    }
    if (code === "InvalidRequest") {
      return storageError(code, { statusCode: String(statusCode ?? 400), message });
    }
    return storageError(code, code === "AccessDenied" ? { message } : {});
  }

  async function refuseToken(token: string | null): Promise<Response | null> {
    if (token === null) return invalidRequest("querystring must have required property 'token'");
    const message = await tokens.storageProblem(token);
    return message === null ? null : storageError("InvalidJWT", { message });
  }

  /** createSignedUrls, which lite takes for createSignedUrl of an object named like the bucket. */
  async function signMany(
    { paths, expiresIn }: { paths: string[]; expiresIn: number },
    bucket: URL,
    headers: Headers,
  ): Promise<Response> {
    headers.delete("content-length");
    const body = JSON.stringify({ expiresIn });
    const signed = await Promise.all(paths.map(async (path) => {
      const url = `${bucket}/${path.split("/").map(encodeURIComponent).join("/")}`;
      const answer = await lite.fetch(new Request(url, { method: "POST", headers, body }));
      const { signedUrl } = await answer.json();
      return answer.ok ? { error: null, path, signedURL: relativeToStorage(signedUrl) } : {
        error: "Either the object does not exist or you do not have access to it",
        path,
        signedURL: null,
      };
    }));
    return Response.json(signed);
  }

  /** A bucket's limit in bytes, whichever way it was written. */
  function readBucket(bucket: Record<string, unknown>) {
    const limit = bucket.file_size_limit;
    const bytes = typeof limit === "string" ? parseSize(limit) : limit;
    if (Number.isNaN(bytes)) {
      const message = "Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B";
      return storageError("InvalidRequest", { message });
    }
    if (typeof bytes === "number" && bytes > sizeLimit) return storageError("EntityTooLarge");
    return { id: bucket.name, ...bucket, file_size_limit: bytes ?? undefined };
  }
}

/** An upload's bytes, and their type and caching in the headers: forms have them in fields. */
async function readUpload(request: Request, headers: Headers): Promise<BodyInit | null> {
  const type = headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return request.body;
  // The SDK gives the file no name, and Deno leaves out what has none.
  const text = Buffer.from(await request.arrayBuffer()).toString("latin1");
  const named = Buffer.from(text.replace('name=""', 'name="file"'), "latin1");
  const form = await new Response(named, { headers: { "content-type": type } }).formData();
  const file = [...form.values()].find((value) => value instanceof File);
  if (file === undefined) return null;
  const seconds = form.get("cacheControl");
  headers.set("content-type", String(form.get("contentType") ?? file.type));
  headers.set("content-length", String(file.size));
  headers.set("cache-control", seconds === null ? "no-cache" : `max-age=${seconds}`);
  return await file.bytes();
}

/** What removes from or lists a bucket that is not there finds nothing. */
async function orNone(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const { code } = await answer.clone().json();
  return code === "NoSuchBucket" ? Response.json([]) : answer;
}

/** The SDK reads `signedURL` or `url`, relative to /storage/v1; lite says `signedUrl`, absolute. */
async function relativeLinks(answer: Response): Promise<Response> {
  if (!answer.ok) return answer;
  const { signedUrl, ...rest } = await answer.json();
  const url = relativeToStorage(signedUrl);
  return Response.json(rest.token === undefined ? { signedURL: url } : { ...rest, url });
}

function relativeToStorage(url: string): string {
  return url.replace(/^\/storage\/v1/, "");
}

/**
 * An object with the headers, or the part of it, that was asked for.
 * @param expires of a signed link, in seconds: it takes the place of the object's own caching
 */
async function render(
  request: Request,
  url: URL,
  answer: Response,
  expires?: number,
): Promise<Response> {
  const empty = request.method === "HEAD";
  if (!answer.ok) return empty ? new Response(null, answer) : answer;
  const headers = new Headers(answer.headers);
  if (expires !== undefined) {
    headers.delete("cache-control");
    headers.set("expires", new Date(expires * 1000).toUTCString());
  }
  const name = url.searchParams.get("download");
  if (name !== null) {
    const encoded = encodeURIComponent(name);
    const file = name && ` filename=${encoded}; filename*=UTF-8''${encoded}`;
    headers.set("content-disposition", `attachment;${file}`);
  }
  if (headers.get("content-type")?.includes("text/html")) {
    headers.set("content-type", "text/plain");
  }
  const bytes = await answer.bytes();
  if (request.headers.get("if-none-match") === headers.get("etag")) {
    headers.delete("content-length");
    return new Response(null, { status: 304, headers });
  }
  const range = request.headers.get("range");
  if (range === null) return new Response(empty ? null : bytes, { headers });
  const part = parseRange(range, bytes.length);
  if (part === null) return storageError("InvalidRange");
  const [from, to] = part;
  headers.set("content-range", `bytes ${from}-${to}/${bytes.length}`);
  headers.set("content-length", String(to - from + 1));
  return new Response(empty ? null : bytes.subarray(from, to + 1), { status: 206, headers });
}

/** First and last byte of `bytes=2-5`, `bytes=2-` or `bytes=-5`; null if there are none. */
function parseRange(range: string, size: number): [number, number] | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === undefined || first + last! === "") return null;
  const from = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return from > to ? null : [from, to];
}

/** Bytes of `20MB` as the Storage API counts them; NaN where it does not understand. */
function parseSize(text: string): number {
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?)(gb|mb|kb|b)$/i.exec(text) ?? [];
  const power = ["b", "kb", "mb", "gb"].indexOf(unit?.toLowerCase() ?? "");
  return Number(number) * 1000 ** power;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch { // as it is: no valid name
    return `%${part}`;
  }
}
