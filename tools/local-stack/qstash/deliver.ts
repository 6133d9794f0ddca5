import { readBody } from "./body.ts";
import { describeError } from "../errors.ts";
import { headerMap } from "./headers.ts";
import type { NewId } from "./ids.ts";
import type { Message, Outcome } from "./message.ts";
import { sign } from "./signature.ts";

/** The free plan's maximum response time: 15 minutes. */
const MAX_RESPONSE_MS = 15 * 60_000;

/** The SDK's `Receiver` knows this region and one other, and warns of any more. */
const REGION = "eu-central-1";

/** What deliveries need besides the message. */
export interface DeliveryContext {
  client: Deno.HttpClient;
  signingKey: string;
  now: () => number;
  newId: NewId;
  /** Aborts the delivery when the server stops. */
  signal: AbortSignal;
}

/** Makes one attempt. Never rejects: whatever goes wrong is the outcome. */
export async function deliver(message: Message, context: DeliveryContext): Promise<Outcome> {
  const timeoutMs = Math.min(message.timeoutMs ?? MAX_RESPONSE_MS, MAX_RESPONSE_MS);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await fetch(message.url, {
      ...await buildRequest(message, context),
      client: context.client,
      redirect: "manual",
      signal: AbortSignal.any([timeout.signal, context.signal]),
    });
    const { bytes } = await readBody(response.body);
    return { status: response.status, header: headerMap(response.headers), body: bytes };
  } catch (error) {
    const reason = timeout.signal.aborted
      ? `no response within ${timeoutMs / 1_000} s`
      : describeError(error);
    return { status: 0, header: {}, body: new Uint8Array(), error: reason };
  } finally {
    clearTimeout(timer);
  }
}

async function buildRequest(message: Message, context: DeliveryContext): Promise<RequestInit> {
  // fetch refuses a body on GET; what is signed is what is sent.
  const body = message.method === "GET" ? new Uint8Array() : message.body;
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.header)) {
    for (const value of values) headers.append(name, value);
  }
  headers.set("User-Agent", "Upstash-QStash");
  headers.set("Upstash-Message-Id", message.messageId);
  headers.set("Upstash-Retried", String(message.retried));
  headers.set("Upstash-Region", REGION);
  headers.set("Upstash-Caller-Ip", message.callerIp);
  if (message.scheduleId) headers.set("Upstash-Schedule-Id", message.scheduleId);
  headers.set(
    "Upstash-Signature",
    await sign({ url: message.url, body }, context.signingKey, context.now(), context.newId()),
  );
  return { method: message.method, headers, body: message.method === "GET" ? null : body };
}
