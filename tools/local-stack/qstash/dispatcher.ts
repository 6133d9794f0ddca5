import { retryDelayMs } from "./backoff.ts";
import { callbackEnvelope } from "./callbacks.ts";
import type { DeadLetters } from "./dead_letters.ts";
import { Refusal } from "./errors.ts";
import type { EventDetails, Events, State } from "./events.ts";
import type { FlowControl } from "./flow_control.ts";
import type { NewId } from "./ids.ts";
import { type Envelope, isNonRetryable, isSuccess, type Message, type Outcome } from "./message.ts";
import type { Query } from "./query.ts";
import type { Timeline } from "./timeline.ts";

/** What the dispatcher works with. */
export interface DispatcherParts {
  timeline: Timeline;
  flowControl: FlowControl;
  events: Events;
  deadLetters: DeadLetters;
  /** Makes one attempt; must not reject. */
  deliver: (message: Message) => Promise<Outcome>;
  now: () => number;
  newId: NewId;
  /**
   * Multiplies delays. The times that answers and events show are those of the protocol, unscaled.
   */
  delayFactor: number;
  log: (event: string, fields: Record<string, unknown>) => void;
}

interface Task {
  seq: number;
  message: Message;
  /** Ends its waiting, for a time or in the line of its flow control key. */
  stopWaiting: () => void;
}

/**
 * The life of messages: accepted, waiting, attempted, retried, and ended by delivery, failure or
 * cancellation.
 */
export class Dispatcher {
  /** Those that have not ended. */
  #tasks = new Map<string, Task>();
  /** Also of cancelled messages: what is under way is not called back. */
  #attempts = new Set<Promise<void>>();
  #idleWaiters: (() => void)[] = [];
  #stopped = false;
  #seq = 0;

  constructor(private readonly parts: DispatcherParts) {}

  /**
   * Takes on a new message.
   *
   * @throws {Refusal} 503 after `stop`, which a request under way may outlive
   */
  accept(envelope: Envelope): Message {
    if (this.#stopped) throw new Refusal(503, "the server is stopping");
    const { now, newId } = this.parts;
    const createdAt = now();
    const notBefore = envelope.notBefore ?? createdAt + envelope.delayMs;
    const messageId = `msg_${newId()}`;
    const message: Message = { ...envelope, messageId, createdAt, notBefore, retried: 0 };
    const task: Task = { seq: ++this.#seq, message, stopWaiting: () => {} };
    this.#tasks.set(messageId, task);
    this.#record("CREATED", message, { nextDeliveryTime: notBefore });
    this.#waitFor(notBefore - createdAt, task);
    return message;
  }

  /** A dead letter's message once more, at once and under a new id. */
  retry(failed: Message): Message {
    return this.accept({ ...failed, delayMs: 0, notBefore: undefined });
  }

  /** A message that has not ended. */
  get(messageId: string): Message | undefined {
    return this.#tasks.get(messageId)?.message;
  }

  /** Cancels whatever matches; an attempt under way goes on, but nothing follows from it. */
  cancel(matches: Query["matches"]): number {
    const tasks = [...this.#tasks.values()].filter(({ seq, message }) =>
      matches({
        ...message,
        seq,
        time: message.createdAt,
        flowControlKey: message.flowControl?.key,
      })
    );
    for (const { message, stopWaiting } of tasks) {
      this.#tasks.delete(message.messageId);
      stopWaiting();
      this.#record("CANCELED", message);
    }
    this.#checkIdle();
    return tasks.length;
  }

  /** Resolves when no message waits or is being delivered. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#checkIdle();
    });
  }

  /** Forgets all messages and resolves when the attempts, which the caller aborts, have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#tasks.clear();
    await Promise.all(this.#attempts);
    this.#checkIdle();
  }

  #waitFor(delayMs: number, task: Task): void {
    if (delayMs <= 0) return this.#queue(task);
    const { timeline, now, delayFactor } = this.parts;
    task.stopWaiting = timeline.at(now() + delayMs * delayFactor, () => this.#queue(task));
  }

  #queue(task: Task): void {
    const { flowControl } = task.message;
    if (!flowControl) return this.#attempt(task);
    task.stopWaiting = this.parts.flowControl.enter(flowControl, () => this.#attempt(task));
  }

  #attempt(task: Task): void {
    // The place in the line that an aborted delivery leaves is offered even now.
    if (this.#stopped) return;
    const { message } = task;
    this.#record("ACTIVE", message);
    const attempt = this.parts.deliver(message).then((outcome) => {
      if (message.flowControl) this.parts.flowControl.leave(message.flowControl);
      if (this.#tasks.get(message.messageId) === task) this.#conclude(task, outcome);
    }).catch((error) => {
      // Only a defect of this server gets here; without its task the message cannot block idle().
      this.#tasks.delete(message.messageId);
      this.parts.log("qstash.defect", { messageId: message.messageId, error });
    }).finally(() => {
      this.#attempts.delete(attempt);
      this.#checkIdle();
    });
    this.#attempts.add(attempt);
  }

  #conclude(task: Task, outcome: Outcome): void {
    const { message } = task;
    const { callback, failureCallback, maxRetries, retried } = message;
    if (callback) this.accept(callbackEnvelope(callback, message, outcome));
    if (isSuccess(outcome)) {
      this.#tasks.delete(message.messageId);
      return this.#record("DELIVERED", message);
    }
    this.#record("ERROR", message, { outcome });
    if (retried < maxRetries && !isNonRetryable(outcome)) return this.#retryLater(task, outcome);
    this.#tasks.delete(message.messageId);
    const dlqId = this.parts.deadLetters.add(message, outcome);
    this.#record("FAILED", message);
    if (failureCallback) {
      this.accept(callbackEnvelope(failureCallback, message, outcome, dlqId));
    }
  }

  #retryLater(task: Task, outcome: Outcome): void {
    const { message } = task;
    const { retried, retryDelay } = message;
    const now = this.parts.now();
    const delayMs = retryDelayMs(
      { retried, retryDelay: retryDelay?.compute, header: outcome.header },
      now,
    );
    message.retried++;
    this.#record("RETRY", message, { nextDeliveryTime: now + delayMs });
    this.#waitFor(delayMs, task);
  }

  #record(state: State, message: Message, details: EventDetails = {}): void {
    const { messageId, url, retried } = message;
    this.parts.events.record(state, message, details);
    this.parts.log(`qstash.${state.toLowerCase()}`, {
      messageId,
      url,
      retried,
      status: details.outcome?.status,
      error: details.outcome?.error,
    });
  }

  #checkIdle(): void {
    if (!this.#stopped && this.#tasks.size + this.#attempts.size > 0) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
