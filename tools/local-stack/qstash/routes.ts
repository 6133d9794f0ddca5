import { MAX_BODY, readBody } from "./body.ts";
import type { DeadLetters } from "./dead_letters.ts";
import { type Deduplication, deduplicationId } from "./dedup.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { Refusal } from "./errors.ts";
import type { Events } from "./events.ts";
import { parseEnvelope, type Publication } from "./headers.ts";
import { DEAD_LETTER_FILTERS, EVENT_FILTERS, MESSAGE_FILTERS, parseQuery } from "./query.ts";
import { readIds } from "./request_ids.ts";
import type { Schedules } from "./schedules.ts";
import { messageView } from "./views.ts";

/** What the API works on. */
export interface RouteParts {
  dispatcher: Dispatcher;
  schedules: Schedules;
  deduplication: Deduplication;
  events: Events;
  deadLetters: DeadLetters;
  keys: { current: string; next: string };
}

const ABSENT =
  "this local QStash server has publish, messages, schedules, dlq, events, logs and keys";

/**
 * Answers an authorized request.
 *
 * @param callerIp address of the client
 * @throws {Refusal} for whatever it does not take or have
 */
export async function route(
  request: Request,
  callerIp: string,
  parts: RouteParts,
): Promise<Response> {
  const path = rawPath(request.url);
  const destination = (prefix: string) =>
    request.method === "POST" && path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
  const published = destination("/v2/publish/");
  if (published !== undefined) {
    return await publish(request, await readPublication(request, published, callerIp), parts);
  }
  const scheduled = destination("/v2/schedules/");
  if (scheduled !== undefined) {
    const publication = await readPublication(request, scheduled, callerIp);
    const envelope = await parseEnvelope(request.headers, publication);
    return Response.json({ scheduleId: parts.schedules.create(request.headers, envelope) });
  }
  const url = new URL(request.url);
  const [version, kind = "", ...rest] = url.pathname.slice(1).split("/").map(decode);
  const resource = version === "v2" ? RESOURCES.get(kind) : undefined;
  const response = await resource?.(request.method, rest, { request, url, ...parts });
  if (!response) throw new Refusal(404, `no ${request.method} ${url.pathname}: ${ABSENT}`);
  return response;
}

type Context = RouteParts & { request: Request; url: URL };
type Handler = (
  method: string,
  path: string[],
  context: Context,
) => Response | undefined | Promise<Response | undefined>;

const RESOURCES = new Map<string, Handler>([
  ["messages", messages],
  ["schedules", schedules],
  ["dlq", dlq],
  ["events", events],
  ["logs", events],
  ["keys", keys],
]);

async function publish(request: Request, publication: Publication, parts: RouteParts) {
  const envelope = await parseEnvelope(request.headers, publication);
  const id = await deduplicationId(request.headers, publication);
  // No await from here to remember(): of two simultaneous requests one must be the second.
  const earlier = id && parts.deduplication.find(id);
  if (earlier) {
    return Response.json({ messageId: earlier, deduplicated: true }, { status: 202 });
  }
  const { messageId } = parts.dispatcher.accept(envelope);
  if (id) parts.deduplication.remember(id, messageId);
  return Response.json({ messageId });
}

async function messages(method: string, [id, more]: string[], context: Context) {
  const { dispatcher, request, url } = context;
  if (more !== undefined) return undefined;
  if (method === "GET" && id) {
    const message = dispatcher.get(id);
    if (!message) throw new Refusal(404, `message ${id} not found`);
    return Response.json(messageView(message));
  }
  if (method !== "DELETE") return undefined;
  const ids = id ? undefined : await readIds(request, "messageIds");
  const { matches } = parseQuery(url.searchParams, MESSAGE_FILTERS, ids);
  const cancelled = dispatcher.cancel(id ? (message) => message.messageId === id : matches);
  if (id && cancelled === 0) throw new Refusal(404, `message ${id} not found`);
  return Response.json({ cancelled }, { status: 202 });
}

function schedules(method: string, [id, action, more]: string[], context: Context) {
  const { schedules } = context;
  if (more !== undefined) return undefined;
  if (!id) return method === "GET" ? Response.json(schedules.list()) : undefined;
  if (method === "GET" && !action) return Response.json(schedules.get(id));
  if (method === "DELETE" && !action) schedules.delete(id);
  else if (method === "PATCH" && action === "pause") schedules.setPaused(id, true);
  else if (method === "PATCH" && action === "resume") schedules.setPaused(id, false);
  else return undefined;
  return new Response(null, { status: 200 });
}

async function dlq(method: string, [id, more]: string[], context: Context) {
  const { deadLetters, dispatcher, request, url } = context;
  if (more !== undefined) return undefined;
  const query = async () =>
    parseQuery(url.searchParams, DEAD_LETTER_FILTERS, await readIds(request, "dlqIds"));
  if (method === "GET" && !id) return Response.json(deadLetters.list(await query()));
  if (method === "POST" && id === "retry") {
    const { messages, cursor } = deadLetters.take(await query());
    const responses = messages.map((message) => ({
      messageId: dispatcher.retry(message).messageId,
    }));
    return Response.json({ responses, cursor }, { status: 201 });
  }
  if (method === "DELETE" && !id) {
    const { messages, cursor } = deadLetters.take(await query());
    return Response.json({ deleted: messages.length, cursor });
  }
  if (!id || (method !== "GET" && method !== "DELETE")) return undefined;
  const letter = deadLetters.get(id);
  if (!letter) throw new Refusal(404, `dlq message ${id} not found`);
  if (method === "GET") return Response.json(letter);
  deadLetters.delete(id);
  return Response.json({ deleted: 1 });
}

function events(method: string, path: string[], { events, url }: Context) {
  if (method !== "GET" || path.length > 0) return undefined;
  return Response.json(events.list(parseQuery(url.searchParams, EVENT_FILTERS)));
}

function keys(method: string, path: string[], { keys }: Context) {
  return method === "GET" && path.length === 0 ? Response.json(keys) : undefined;
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
  if (destination.startsWith("api/") || request.headers.has("Upstash-Queue-Name")) {
    throw new Refusal(404, `no queues and no api/… destinations: ${ABSENT}`);
  }
  const { bytes, truncated } = await readBody(request.body);
  if (truncated) throw new Refusal(413, `message larger than ${MAX_BODY} bytes`);
  return { destination, body: bytes, callerIp };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, `malformed path: ${segment}`);
  }
}
