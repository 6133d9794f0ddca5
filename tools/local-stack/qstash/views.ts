/** What the API's answers show of messages: the JSON that the SDK's types describe. */

import type { Bytes, Envelope, Message, Outcome } from "./message.ts";

/** Members are left out of the JSON when undefined. */
export type View = Record<string, unknown>;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The body as text under `name`, or under `nameBase64` if it is not UTF-8. */
export function bodyView(name: string, body: Bytes): View {
  try {
    return { [name]: utf8.decode(body) };
  } catch {
    return { [`${name}Base64`]: body.toBase64() };
  }
}

/** What messages and schedules have in common. */
export function envelopeView(envelope: Envelope): View {
  const { redacted, body, flowControl, labels } = envelope;
  return {
    method: envelope.method,
    header: redacted?.header ?? envelope.header,
    ...redacted?.body ? { body: redacted.body } : bodyView("body", body),
    retryDelayExpression: envelope.retryDelay?.source,
    callback: envelope.callback?.url,
    failureCallback: envelope.failureCallback?.url,
    callerIP: envelope.callerIp,
    label: labels[0],
    labels: labels.length ? labels : undefined,
    flowControlKey: flowControl?.key,
    parallelism: flowControl?.parallelism,
    rate: flowControl?.rate,
    period: flowControl?.rate === undefined ? undefined : flowControl.periodMs / 1_000,
  };
}

/** A message, as `GET /v2/messages/{id}` answers it. */
export function messageView(message: Message): View {
  return {
    messageId: message.messageId,
    url: message.url,
    ...envelopeView(message),
    maxRetries: message.maxRetries,
    notBefore: message.notBefore,
    createdAt: message.createdAt,
    scheduleId: message.scheduleId,
  };
}

/** The destination's last answer, as a dead letter shows it. */
export function responseView(outcome: Outcome): View {
  return {
    responseStatus: outcome.status,
    responseHeader: outcome.header,
    ...bodyView("responseBody", outcome.body),
  };
}
