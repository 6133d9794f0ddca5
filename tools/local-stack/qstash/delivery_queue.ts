import { FlowControl } from "./flow_control.ts";
import {
  deadLetterView,
  failureCallback,
  type Message,
  type Outcome,
  type Publication,
  randomId,
  RefusedError,
} from "./message.ts";
import { retryDelayMs } from "./retry_delay.ts";
import type { Timeline } from "./timeline.ts";

/** By QStash's documentation; its SDK speaks of 90 days. */
const DEDUPLICATION_WINDOW_MS = 10 * 60_000;

export type Log = (event: string, fields: Record<string, unknown>) => void;

/** What the queue works with. */
export interface DeliveryQueueParts {
  timeline: Timeline;
  /** Makes one delivery; must not reject. */
  deliver: (message: Message) => Promise<Outcome>;
  now: () => number;
  /** Multiplies delays. The times that answers show are those of the protocol, unscaled. */
  delayFactor: number;
  log: Log;
}

/** A message that has not ended. */
interface Pending {
  message: Message;
  /** Ends its waiting, for a time or in the line of its flow control key. */
  stopWaiting: () => void;
}

/** The life of messages: accepted, waiting, delivered, retried, ended by success, failure or cancelling. */
export class DeliveryQueue {
  #pending = new Map<string, Pending>();
  /** Deliveries under way, those of cancelled messages too: nobody calls them back. */
  #deliveries = new Set<Promise<void>>();
  #flowControl = new FlowControl();
  /** Consumed by publishing: neither failure nor cancelling gives an id back. */
  #deduplicationIds = new Map<string, { messageId: string; until: number }>();
  #deadLetters: Record<string, unknown>[] = [];
  #idleWaiters: (() => void)[] = [];
  #stopped = false;

  constructor(private readonly parts: DeliveryQueueParts) {}

  /**
   * Takes on a new message, unless one with the same deduplication id came within ten minutes.
   *
   * @throws {RefusedError} 503 after `stop`, which a request under way may outlive
   */
  accept(publication: Publication, deduplicationId: string | null = null) {
    if (this.#stopped) throw new RefusedError(503, "the server is stopping");
    const createdAt = this.parts.now();
    const earlier = this.#deduplicationIds.get(deduplicationId ?? "");
    if (earlier && earlier.until > createdAt) {
      return { messageId: earlier.messageId, deduplicated: true };
    }
    const messageId = `msg_${randomId()}`;
    if (deduplicationId) {
      const until = createdAt + DEDUPLICATION_WINDOW_MS;
      this.#deduplicationIds.set(deduplicationId, { messageId, until });
    }
    const notBefore = createdAt + publication.delayMs;
    const message = { ...publication, messageId, createdAt, notBefore, retried: 0 };
    const pending: Pending = { message, stopWaiting: () => {} };
    this.#pending.set(messageId, pending);
    this.#log("created", message);
    this.#waitFor(publication.delayMs, pending);
    return { messageId };
  }

  /** A message that has not ended. */
  get(messageId: string): Message | undefined {
    return this.#pending.get(messageId)?.message;
  }

  /** Ends a message; a delivery under way goes on, but nothing follows from it. False if there is none. */
  cancel(messageId: string): boolean {
    const pending = this.#pending.get(messageId);
    if (!pending) return false;
    this.#pending.delete(messageId);
    pending.stopWaiting();
    this.#log("canceled", pending.message);
    this.#checkIdle();
    return true;
  }

  /** The messages that failed for good, the newest first. */
  deadLetters(): Record<string, unknown>[] {
    return this.#deadLetters.toReversed();
  }

  /** Resolves when no message waits or is being delivered. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#checkIdle();
    });
  }

  /** Forgets all messages and resolves when the deliveries, which the caller aborts, have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pending.clear();
    await Promise.all(this.#deliveries);
    this.#checkIdle();
  }

  #waitFor(delayMs: number, pending: Pending): void {
    if (delayMs <= 0) return this.#enter(pending);
    const { timeline, now, delayFactor } = this.parts;
    pending.stopWaiting = timeline.at(now() + delayMs * delayFactor, () => this.#enter(pending));
  }

  #enter(pending: Pending): void {
    const { flowControl } = pending.message;
    if (!flowControl) return this.#deliver(pending);
    const { key, parallelism } = flowControl;
    const begin = () => this.#deliver(pending);
    pending.stopWaiting = this.#flowControl.enter(key, parallelism, begin);
  }

  #deliver(pending: Pending): void {
    // The place in the line that an aborted delivery leaves is offered even now.
    if (this.#stopped) return;
    const { message } = pending;
    this.#log("active", message);
    const delivery = this.parts.deliver(message).then((outcome) => {
      if (message.flowControl) this.#flowControl.leave(message.flowControl.key);
      if (this.#pending.get(message.messageId) === pending) this.#conclude(pending, outcome);
    }).catch((error) => {
      // Only a defect of this server gets here; a message that is gone cannot block idle().
      this.#pending.delete(message.messageId);
      this.parts.log("qstash.defect", { messageId: message.messageId, error });
    }).finally(() => {
      this.#deliveries.delete(delivery);
      this.#checkIdle();
    });
    this.#deliveries.add(delivery);
  }

  #conclude(pending: Pending, outcome: Outcome): void {
    const { message } = pending;
    if (isSuccess(outcome)) {
      this.#pending.delete(message.messageId);
      return this.#log("delivered", message);
    }
    this.#log("error", message, outcome);
    if (message.retried < message.maxRetries && !isNonRetryable(outcome)) {
      const { retried, retryDelay } = message;
      message.retried++;
      this.#log("retry", message);
      const delayMs = retryDelayMs(retried, retryDelay, outcome.header, this.parts.now());
      return this.#waitFor(delayMs, pending);
    }
    this.#pending.delete(message.messageId);
    const dlqId = `${this.parts.now()}-${this.#deadLetters.length}`;
    this.#deadLetters.push(deadLetterView(message, outcome, dlqId));
    this.#log("failed", message);
    const { failureCallback: url } = message;
    if (url) this.accept(failureCallback(url, message, outcome, dlqId));
  }

  #log(event: string, { messageId, url, retried }: Message, outcome?: Outcome): void {
    const { status, error } = outcome ?? {};
    this.parts.log(`qstash.${event}`, { messageId, url, retried, status, error });
  }

  #checkIdle(): void {
    if (!this.#stopped && this.#pending.size + this.#deliveries.size > 0) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}

/** 2xx, and nothing else: a redirect is not followed and is a failure. */
function isSuccess({ status }: Outcome): boolean {
  return status >= 200 && status < 300;
}

/** The destination said that trying again is of no use; the status alone does not count. */
function isNonRetryable({ status, header }: Outcome): boolean {
  return status === 489 && header["Upstash-Nonretryable-Error"]?.[0]?.toLowerCase() === "true";
}
