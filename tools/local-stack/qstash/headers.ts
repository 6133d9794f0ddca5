/** Reads the request headers of publish and schedule. Those that nobody here uses are refused. */
import { describeError } from "../stack_errors.ts";
import { type Bytes, type HeaderMap, type Publication, RefusedError } from "./message.ts";
import { evaluate } from "./retry_delay.ts";

const DEFAULT_RETRIES = 3;
/** The free plan's; a function that needs more should fail here rather than in production. */
const MAX_RETRIES = 5;

const FORWARD = "upstash-forward-";

/** These describe one connection and are never forwarded. */
const CONNECTION_HEADERS =
  /^(connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/;

const KNOWN = new RegExp(
  "^upstash-(forward|telemetry)-|^upstash-(method|retries|retry-delay|timeout|delay|label|" +
    "failure-callback|deduplication-id|flow-control-key|flow-control-value|cron|schedule-id)$",
);

/**
 * Reads what a request says about its message.
 *
 * @throws {RefusedError} 400 for anything that QStash would not take, or that only the real one does
 * @see https://upstash.com/docs/qstash/api/publish
 */
export function parsePublication(
  headers: Headers,
  sent: { destination: string; body: Bytes; callerIp: string },
): Publication {
  const unknown = [...headers.keys()].find((name) =>
    name.startsWith("upstash-") && !KNOWN.test(name)
  );
  if (unknown) refuse(`this local QStash server does not know ${canonicalName(unknown)}`);
  const method = headers.get("Upstash-Method") ?? "POST";
  if (method !== "POST") refuse(`this local QStash server delivers by POST only, not ${method}`);
  const failureCallback = headers.get("Upstash-Failure-Callback") ?? undefined;
  const contentType = headers.get("Content-Type");
  return {
    url: checkUrl(sent.destination, "destination"),
    header: {
      ...contentType !== null && { "Content-Type": [contentType] },
      ...parseForwarded(headers),
    },
    body: sent.body,
    maxRetries: parseRetries(headers.get("Upstash-Retries")),
    retryDelay: checkRetryDelay(headers.get("Upstash-Retry-Delay") ?? undefined),
    timeoutMs: parseDuration(headers, "Upstash-Timeout"),
    delayMs: parseDuration(headers, "Upstash-Delay") ?? 0,
    failureCallback: failureCallback && checkUrl(failureCallback, "callback"),
    label: headers.get("Upstash-Label") ?? undefined,
    flowControl: parseFlowControl(headers),
    callerIp: sent.callerIp,
  };
}

/** All headers, spelled as QStash's JSON does (Go's way): `x-request-id` is `X-Request-Id`. */
export function headerMap(headers: Headers): HeaderMap {
  const map: HeaderMap = {};
  for (const [name, value] of headers) (map[canonicalName(name)] ??= []).push(value);
  return map;
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function parseForwarded(headers: Headers): HeaderMap {
  const forwarded = [...headers].filter(([name]) => name.startsWith(FORWARD))
    .map(([name, value]) => [name.slice(FORWARD.length), value] as [string, string])
    .filter(([name]) => name && !CONNECTION_HEADERS.test(name));
  return headerMap(new Headers(forwarded));
}

function parseRetries(text: string | null): number {
  if (text === null) return DEFAULT_RETRIES;
  if (!/^\d+$/.test(text)) refuse(`invalid Upstash-Retries: ${text}`);
  if (Number(text) > MAX_RETRIES) refuse(`quota maxRetries exceeded, ${text} > ${MAX_RETRIES}`);
  return Number(text);
}

function checkRetryDelay(expression: string | undefined): string | undefined {
  try {
    if (expression !== undefined) evaluate(expression, 0);
    return expression;
  } catch (error) {
    refuse(`invalid Upstash-Retry-Delay: ${describeError(error)}`);
  }
}

const MS_PER_UNIT: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `5s`, `1d10h30m` or `1.5s`. */
function parseDuration(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  if (!/^(\d+(\.\d+)?[smhd])+$/.test(text)) {
    refuse(`invalid ${name}: ${text}, expected a duration such as 30s or 1h30m`);
  }
  return [...text.matchAll(/([\d.]+)(\D)/g)]
    .reduce((sum, [, number, unit]) => sum + Number(number) * MS_PER_UNIT[unit!]!, 0);
}

function parseFlowControl(headers: Headers): Publication["flowControl"] {
  const key = headers.get("Upstash-Flow-Control-Key");
  const value = headers.get("Upstash-Flow-Control-Value");
  if (key === null && value === null) return undefined;
  const [, parallelism] = /^parallelism=([1-9]\d*)$/.exec(value ?? "") ?? [];
  if (!key || !parallelism) {
    refuse(`invalid flow control: ${key}, ${value}; expected a key and parallelism=2`);
  }
  return { key, parallelism: Number(parallelism) };
}

function checkUrl(url: string, kind: "destination" | "callback"): string {
  if (!/^https?:\/\//i.test(url)) {
    refuse(`invalid ${kind} url: endpoint has invalid scheme, add http:// or https://`);
  }
  if (!URL.canParse(url)) refuse(`invalid ${kind} url: ${url}`);
  return url;
}

function refuse(reason: string): never {
  throw new RefusedError(400, reason);
}
