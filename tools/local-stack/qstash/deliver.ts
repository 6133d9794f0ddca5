import { SignJWT } from "jose";
import { describeError } from "../stack_errors.ts";
import { headerMap } from "./headers.ts";
import { type Bytes, type Message, type Outcome, randomId } from "./message.ts";

/** The free plan's maximum response time: 15 minutes. */
const MAX_RESPONSE_MS = 15 * 60_000;

/** The SDK's `Receiver` knows this region and one other, and warns of any more. */
const REGION = "eu-central-1";

/** A signature outlives its delivery by this much, in seconds; a retry is therefore signed anew. */
const LIFETIME_S = 300;

/** What deliveries need besides the message. */
export interface DeliveryContext {
  client: Deno.HttpClient;
  signingKey: string;
  now: () => number;
  /** Aborts the delivery when the server stops. */
  signal: AbortSignal;
}

/** Delivers a message once. Never rejects: whatever goes wrong is the outcome. */
export async function deliver(message: Message, context: DeliveryContext): Promise<Outcome> {
  const timeoutMs = Math.min(message.timeoutMs ?? MAX_RESPONSE_MS, MAX_RESPONSE_MS);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await fetch(message.url, {
      method: "POST",
      headers: await deliveryHeaders(message, context),
      body: message.body,
      client: context.client,
      redirect: "manual",
      signal: AbortSignal.any([timeout.signal, context.signal]),
    });
    const body = await response.bytes();
    return { status: response.status, header: headerMap(response.headers), body };
  } catch (error) {
    const reason = timeout.signal.aborted
      ? `no response within ${timeoutMs / 1_000} s`
      : describeError(error);
    return { status: 0, header: {}, body: new Uint8Array(), error: reason };
  } finally {
    clearTimeout(timer);
  }
}

async function deliveryHeaders(message: Message, context: DeliveryContext): Promise<Headers> {
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
  const signature = await sign(message.url, message.body, context.signingKey, context.now());
  headers.set("Upstash-Signature", signature);
  return headers;
}

/**
 * Signs one delivery for `Upstash-Signature`, as `Receiver.verify` of the SDK expects it: a HS256 JWT
 * whose key is the UTF-8 text of the signing key.
 *
 * @param url the destination, exactly as it was published
 * @param body byte for byte as it is sent
 * @param now milliseconds
 * @see https://upstash.com/docs/qstash/howto/signature
 */
async function sign(url: string, body: Bytes, key: string, now: number): Promise<string> {
  const iat = Math.floor(now / 1_000);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return await new SignJWT({
    iss: "Upstash",
    sub: url,
    iat,
    exp: iat + LIFETIME_S,
    // Receivers allow for no clock difference unless told to, so QStash does not send the time here.
    nbf: 0,
    jti: `jwt_${randomId()}`,
    body: digest.toBase64({ alphabet: "base64url" }),
  }).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(new TextEncoder().encode(key));
}
