import type { DeliveryQueue } from "./delivery_queue.ts";
import { parsePublication } from "./headers.ts";
import { messageView, type Publication, RefusedError } from "./message.ts";
import type { Schedules } from "./schedules.ts";

/** The largest message, in bytes: the strict reading of QStash's 1 MB. */
const MAX_BODY = 1_000_000;

/**
 * Answers an authorized request.
 *
 * @param callerIp address of the client
 * @param keys what signs deliveries, and what will after the next roll
 * @throws {RefusedError} for whatever it does not take or have
 */
export async function route(
  request: Request,
  callerIp: string,
  queue: DeliveryQueue,
  schedules: Schedules,
  keys: { current: string; next: string },
): Promise<Response> {
  const { method, headers } = request;
  const [, kind, destination] = /^\/v2\/(publish|schedules)\/(.*)$/.exec(rawPath(request.url)) ??
    [];
  if (method === "POST" && kind !== undefined) {
    const publication = await readPublication(request, destination!, callerIp);
    if (kind === "schedules") {
      return Response.json({ scheduleId: schedules.create(headers, publication) });
    }
    const answer = queue.accept(publication, deduplicationId(headers));
    return Response.json(answer, { status: answer.deduplicated ? 202 : 200 });
  }
  const { pathname, searchParams } = new URL(request.url);
  const id = pathname.split("/")[3] ?? "";
  switch (`${method} ${pathname.replace(/^(\/v2\/\w+\/)[^/]+/, "$1{id}")}`) {
    case "GET /v2/keys":
      return Response.json(keys);
    case "GET /v2/messages/{id}": {
      const message = queue.get(id);
      if (!message) throw new RefusedError(404, `message ${id} not found`);
      return Response.json(messageView(message));
    }
    case "DELETE /v2/messages/{id}":
      if (!queue.cancel(id)) throw new RefusedError(404, `message ${id} not found`);
      return Response.json({ cancelled: 1 }, { status: 202 });
    case "GET /v2/dlq": {
      const filter = searchParams.keys().find((name) => name !== "count" && name !== "cursor");
      if (filter) throw new RefusedError(400, `unknown filter: ${filter}`);
      return Response.json({ messages: queue.deadLetters() }); // all: a page without a next one
    }
    case "GET /v2/schedules":
      return Response.json(schedules.list());
    case "GET /v2/schedules/{id}":
      return Response.json(schedules.get(id));
    case "DELETE /v2/schedules/{id}":
      schedules.delete(id);
      return new Response(null, { status: 200 });
    case "PATCH /v2/schedules/{id}/pause":
    case "PATCH /v2/schedules/{id}/resume":
      schedules.pause(id, pathname.endsWith("/pause"));
      return new Response(null, { status: 200 });
  }
  throw new RefusedError(
    404,
    `no ${method} ${pathname}: this local QStash server has publish, messages, schedules, dlq and keys`,
  );
}

/**
 * Path and query as they came: `URL` would resolve the dots of a destination and encode its pipes.
 */
function rawPath(url: string): string {
  return url.slice(url.indexOf("/", url.indexOf("://") + 3));
}

async function readPublication(
  request: Request,
  destination: string,
  callerIp: string,
): Promise<Publication> {
  const body = await request.bytes();
  if (body.length > MAX_BODY) {
    throw new RefusedError(413, `message larger than ${MAX_BODY} bytes`);
  }
  return parsePublication(request.headers, { destination, body, callerIp });
}

function deduplicationId(headers: Headers): string | null {
  const id = headers.get("Upstash-Deduplication-Id");
  if (id?.includes(":")) throw new RefusedError(400, "DeduplicationId cannot contain ':'");
  return id;
}
