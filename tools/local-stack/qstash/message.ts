/** Headers as QStash's JSON has them: canonical names, each with all of its values. */
export type HeaderMap = Record<string, string[]>;

export type Bytes = Uint8Array<ArrayBuffer>;

/** Everything a publisher says about a message. A schedule publishes the same one again and again. */
export interface Publication {
  /** The destination, exactly as published. */
  url: string;
  /** What the destination gets besides QStash's own headers. */
  header: HeaderMap;
  body: Bytes;
  maxRetries: number;
  /** `Upstash-Retry-Delay`: an expression whose value is milliseconds. */
  retryDelay?: string;
  /** Shortens the plan's maximum response time. */
  timeoutMs?: number;
  delayMs: number;
  /** The URL to call when every delivery has failed. */
  failureCallback?: string;
  label?: string;
  /** How many messages with the same key may be delivered at once. */
  flowControl?: { key: string; parallelism: number };
  /** Address of the publisher. */
  callerIp: string;
  scheduleId?: string;
}

/** A publication that was accepted. Times are milliseconds. */
export interface Message extends Publication {
  messageId: string;
  createdAt: number;
  notBefore: number;
  /** Retries made so far: 0 during the first delivery. */
  retried: number;
}

/** How a delivery ended. */
export interface Outcome {
  /** 0 if there was no response. */
  status: number;
  header: HeaderMap;
  body: Bytes;
  /** Why there was no response. */
  error?: string;
}

/** A request that the server refuses; its message becomes the answer's `{"error": "…"}`. */
export class RefusedError extends Error {
  override name = "RefusedError";
  /** @param status the HTTP status of the answer, 4xx or 5xx */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** 128 random bits as hexadecimal digits: never a `:`, which deduplication ids may not have. */
export const randomId = () => crypto.randomUUID().replaceAll("-", "");

const text = (bytes: Bytes) => new TextDecoder().decode(bytes);

/** What the API shows of messages and schedules. Members that are undefined are left out of the JSON. */
export function publicationView(publication: Publication): Record<string, unknown> {
  return {
    method: "POST",
    header: publication.header,
    body: text(publication.body),
    retryDelayExpression: publication.retryDelay,
    failureCallback: publication.failureCallback,
    callerIP: publication.callerIp,
    label: publication.label,
    flowControlKey: publication.flowControl?.key,
    parallelism: publication.flowControl?.parallelism,
  };
}

/** A message, as `GET /v2/messages/{id}` answers it. */
export function messageView(message: Message): Record<string, unknown> {
  const { messageId, url, maxRetries, notBefore, createdAt, scheduleId } = message;
  const view = publicationView(message);
  return { messageId, url, ...view, maxRetries, notBefore, createdAt, scheduleId };
}

/** A message that failed for good and its destination's last answer, as `GET /v2/dlq` answers them. */
export function deadLetterView(message: Message, outcome: Outcome, dlqId: string) {
  return {
    ...messageView(message),
    dlqId,
    responseStatus: outcome.status,
    responseHeader: outcome.header,
    responseBody: text(outcome.body),
  };
}

/**
 * The message that tells a failure callback about a dead letter. It is retried as its source was.
 *
 * @see https://upstash.com/docs/qstash/features/callbacks
 */
export function failureCallback(
  url: string,
  message: Message,
  outcome: Outcome,
  dlqId: string,
): Publication {
  const body = {
    status: outcome.status,
    header: outcome.header,
    body: outcome.body.toBase64(),
    retried: message.retried,
    maxRetries: message.maxRetries,
    dlqId,
    sourceMessageId: message.messageId,
    topicName: "",
    endpointName: "",
    url: message.url,
    method: "POST",
    sourceHeader: message.header,
    sourceBody: message.body.toBase64(),
    notBefore: message.notBefore,
    createdAt: message.createdAt,
    scheduleId: message.scheduleId ?? "",
    callerIP: message.callerIp,
  };
  return {
    url,
    header: { "Content-Type": ["application/json"] },
    body: new TextEncoder().encode(JSON.stringify(body)),
    maxRetries: message.maxRetries,
    retryDelay: message.retryDelay,
    delayMs: 0,
    callerIp: message.callerIp,
  };
}
