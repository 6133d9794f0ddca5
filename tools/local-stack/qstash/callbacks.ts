import type { CallbackSettings, Envelope, Message, Outcome } from "./message.ts";

/**
 * The message that tells a callback how an attempt of another message ended. A failure callback's
 * also names the dead letter. It has no callbacks and no labels of its own.
 *
 * @see https://upstash.com/docs/qstash/features/callbacks
 */
export function callbackEnvelope(
  callback: CallbackSettings,
  message: Message,
  outcome: Outcome,
  dlqId?: string,
): Envelope {
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
    method: message.method,
    sourceHeader: message.header,
    sourceBody: message.body.toBase64(),
    notBefore: message.notBefore,
    createdAt: message.createdAt,
    scheduleId: message.scheduleId ?? "",
    callerIP: message.callerIp,
  };
  return {
    ...callback,
    body: new TextEncoder().encode(JSON.stringify(body)),
    labels: [],
    // The body repeats its source, so it is shown no more than that.
    redacted: message.redacted &&
      { header: callback.header, body: message.redacted.body ?? "REDACTED" },
    callerIp: message.callerIp,
  };
}
