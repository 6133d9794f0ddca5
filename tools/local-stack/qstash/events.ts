import type { Bytes, Message, Outcome } from "./message.ts";
import { type Listed, page, type Query } from "./query.ts";
import { envelopeView, type View } from "./views.ts";

/** The states of a message, as logs have them. */
export type State =
  | "CREATED"
  | "ACTIVE"
  | "RETRY"
  | "ERROR"
  | "DELIVERED"
  | "FAILED"
  | "CANCELED";

/** What some states add to their event. */
export interface EventDetails {
  /** Milliseconds, for CREATED and RETRY. */
  nextDeliveryTime?: number;
  /** For ERROR. */
  outcome?: Outcome;
}

interface Event extends Listed {
  state: State;
  view: View;
}

/** As many as QStash itself keeps. */
const MAX_EVENTS = 10_000;
/** Longer bodies are left out, so that full logs take some 100 MB at the most. */
const MAX_LOGGED_BODY = 4_096;

/** The newest events of all messages: what `GET /v2/events` and `/v2/logs` answer. */
export class Events {
  #events: Event[] = [];
  #seq = 0;

  constructor(private readonly now: () => number) {}

  /** Adds an event, and drops the oldest beyond 10,000. */
  record(state: State, message: Message, details: EventDetails = {}): void {
    const time = this.now();
    this.#events.push({
      seq: ++this.#seq,
      messageId: message.messageId,
      url: message.url,
      labels: message.labels,
      time,
      scheduleId: message.scheduleId,
      flowControlKey: message.flowControl?.key,
      callerIp: message.callerIp,
      state,
      view: { time, state, ...messageDetails(message), ...eventDetails(details) },
    });
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
  }

  list(query: Query): { events: View[]; cursor?: string } {
    const { records, cursor } = page(this.#events, query);
    return { events: records.map((event) => event.view), cursor };
  }
}

/** Bodies in logs are base64, unlike those of messages. */
function messageDetails(message: Message): View {
  const { body: _, bodyBase64: __, ...common } = envelopeView(message);
  return {
    messageId: message.messageId,
    url: message.url,
    ...common,
    body: message.redacted?.body ?? loggedBody(message.body),
    maxRetries: message.maxRetries,
    timeout: message.timeoutMs,
    scheduleId: message.scheduleId,
  };
}

function eventDetails({ nextDeliveryTime, outcome }: EventDetails): View {
  if (!outcome) return { nextDeliveryTime };
  return {
    nextDeliveryTime,
    error: outcome.error ?? `endpoint returned status ${outcome.status}`,
    responseStatus: outcome.status,
    responseHeaders: outcome.header,
    responseBody: loggedBody(outcome.body),
  };
}

function loggedBody(body: Bytes): string | undefined {
  return body.length > MAX_LOGGED_BODY ? undefined : body.toBase64();
}
