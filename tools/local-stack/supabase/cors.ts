/** Cross-origin answers of the hosted gateway: any origin, whatever headers are asked for. */

const EXPOSED =
  "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, " +
  "Server, Transfer-Encoding, Range-Unit, X-Sb-Error-Code";

/** The answer to a preflight of `/rest/v1`, `/auth/v1` or `/storage/v1`. Functions answer their own. */
export function answerPreflight(request: Request): Response {
  const headers: Record<string, string> = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS",
    "access-control-max-age": "3600",
  };
  const asked = request.headers.get("access-control-request-headers");
  if (asked !== null) headers["access-control-allow-headers"] = asked;
  return new Response(null, { status: 200, headers });
}

/** Lets any origin read the answer. */
export function withCors(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", EXPOSED);
  return new Response(response.body, { status: response.status, headers });
}
