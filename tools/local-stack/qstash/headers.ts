import { parseDuration } from "./duration.ts";
import { describeError } from "../errors.ts";
import { Refusal } from "./errors.ts";
import { parseExpression } from "./expression.ts";
import { parseFlowControl } from "./flow_control.ts";
import type { Bytes, CallbackSettings, DeliverySettings, Envelope, HeaderMap } from "./message.ts";
import { redact } from "./redaction.ts";

const DEFAULT_RETRIES = 3;
/** The free plan's; a function that needs more should fail here rather than in production. */
const MAX_RETRIES = 5;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** These describe one connection and are never forwarded. */
const CONNECTION_HEADERS = new Set(
  "connection content-length expect host keep-alive te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

/** What of a publishing request is not in its headers. */
export interface Publication {
  destination: string;
  body: Bytes;
  callerIp: string;
}

/**
 * Reads the request headers of publish and schedule.
 *
 * @throws {Refusal} 400 for anything that QStash would not take
 * @see https://upstash.com/docs/qstash/api/publish
 */
export async function parseEnvelope(
  headers: Headers,
  publication: Publication,
): Promise<Envelope> {
  const settings = parseDelivery(headers, "Upstash", DEFAULT_RETRIES);
  const contentType = headers.get("Content-Type");
  const header = {
    ...contentType !== null && { "Content-Type": [contentType] },
    ...settings.header,
  };
  return {
    ...settings,
    header,
    url: checkUrl(publication.destination, "destination"),
    body: publication.body,
    callerIp: publication.callerIp,
    notBefore: parseNotBefore(headers),
    callback: parseCallback(headers, "Upstash-Callback", settings),
    failureCallback: parseCallback(headers, "Upstash-Failure-Callback", settings),
    labels: (headers.get("Upstash-Label") ?? "").split(",").map((l) => l.trim()).filter(Boolean),
    flowControl: parseFlowControl(
      headers.get("Upstash-Flow-Control-Key"),
      headers.get("Upstash-Flow-Control-Value"),
    ),
    redacted: await redact(headers.get("Upstash-Redact-Fields"), header, publication.body),
  };
}

/** Go's spelling of a header name, which QStash's JSON has: `x-request-id` is `X-Request-Id`. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** All headers with their canonical names. */
export function headerMap(headers: Headers): HeaderMap {
  const map: HeaderMap = {};
  for (const [name, value] of headers) (map[canonicalName(name)] ??= []).push(value);
  return map;
}

/** The settings that messages and callbacks share, under their different prefixes. */
function parseDelivery(headers: Headers, prefix: string, retries: number): DeliverySettings {
  const method = headers.get(`${prefix}-Method`)?.toUpperCase() ?? "POST";
  if (!METHODS.includes(method)) throw new Refusal(400, `invalid method: ${method}`);
  return {
    method,
    header: parseForwarded(headers, `${prefix}-Forward-`.toLowerCase()),
    maxRetries: parseRetries(headers.get(`${prefix}-Retries`)) ?? retries,
    retryDelay: parseRetryDelay(headers.get(`${prefix}-Retry-Delay`)),
    timeoutMs: parseWait(headers, `${prefix}-Timeout`),
    delayMs: parseWait(headers, `${prefix}-Delay`) ?? 0,
  };
}

/** A callback is retried as its message is, unless it has its own settings. */
function parseCallback(
  headers: Headers,
  prefix: string,
  message: DeliverySettings,
): CallbackSettings | undefined {
  const url = headers.get(prefix);
  if (url === null) return undefined;
  const own = parseDelivery(headers, prefix, message.maxRetries);
  return {
    ...own,
    url: checkUrl(url, "callback"),
    retryDelay: own.retryDelay ?? message.retryDelay,
    header: { "Content-Type": ["application/json"], ...own.header },
  };
}

function parseForwarded(headers: Headers, prefix: string): HeaderMap {
  const map: HeaderMap = {};
  for (const [name, value] of headers) {
    const forwarded = name.slice(prefix.length);
    if (!name.startsWith(prefix) || !forwarded || CONNECTION_HEADERS.has(forwarded)) continue;
    map[canonicalName(forwarded)] = [value];
  }
  return map;
}

function parseRetries(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw new Refusal(400, `invalid Upstash-Retries: ${text}`);
  if (Number(text) > MAX_RETRIES) {
    throw new Refusal(400, `quota maxRetries exceeded, ${text} > ${MAX_RETRIES}`);
  }
  return Number(text);
}

function parseRetryDelay(source: string | null) {
  if (source === null) return undefined;
  try {
    return { source, compute: parseExpression(source) };
  } catch (error) {
    throw new Refusal(400, `invalid Upstash-Retry-Delay: ${describeError(error)}`);
  }
}

function parseWait(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  const duration = text === null ? undefined : parseDuration(text);
  if (text !== null && duration === undefined) {
    throw new Refusal(400, `invalid ${name}: ${text}, expected a duration such as 30s or 1h30m`);
  }
  return duration;
}

function parseNotBefore(headers: Headers): number | undefined {
  const text = headers.get("Upstash-Not-Before");
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw new Refusal(400, `invalid Upstash-Not-Before: ${text}`);
  return Number(text) * 1_000;
}

function checkUrl(url: string, kind: "destination" | "callback"): string {
  if (!/^https?:\/\//i.test(url)) {
    const reason = "endpoint has invalid scheme, add http:// or https://";
    throw new Refusal(400, `invalid ${kind} url: ${reason}`);
  }
  if (!URL.canParse(url)) throw new Refusal(400, `invalid ${kind} url: ${url}`);
  return url;
}
