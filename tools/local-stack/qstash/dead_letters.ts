import type { Message, Outcome } from "./message.ts";
import { type Listed, page, type Query } from "./query.ts";
import { messageView, responseView, type View } from "./views.ts";

/** QStash forgets dead letters after some days; here the oldest beyond this many give way. */
const MAX_DEAD_LETTERS = 10_000;

interface DeadLetter extends Listed {
  dlqId: string;
  message: Message;
  outcome: Outcome;
}

/**
 * The messages that failed for good, with the destination's last answer.
 *
 * @see https://upstash.com/docs/qstash/features/dlq
 */
export class DeadLetters {
  /** In the order of arrival. */
  #letters = new Map<string, DeadLetter>();
  #seq = 0;

  constructor(private readonly now: () => number) {}

  /** Keeps a failed message and answers its dlqId. */
  add(message: Message, outcome: Outcome): string {
    const [time, seq] = [this.now(), ++this.#seq];
    const dlqId = `${time}-${seq}`;
    this.#letters.set(dlqId, {
      seq,
      dlqId,
      messageId: message.messageId,
      url: message.url,
      labels: message.labels,
      time,
      scheduleId: message.scheduleId,
      flowControlKey: message.flowControl?.key,
      callerIp: message.callerIp,
      responseStatus: outcome.status,
      message,
      outcome,
    });
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > MAX_DEAD_LETTERS && oldest) this.#letters.delete(oldest);
    return dlqId;
  }

  get(dlqId: string): View | undefined {
    const letter = this.#letters.get(dlqId);
    return letter && letterView(letter);
  }

  list(query: Query): { messages: View[]; cursor?: string } {
    const { records, cursor } = page(this.#letters.values(), query);
    return { messages: records.map(letterView), cursor };
  }

  /** Takes one page of dead letters out, to drop or to retry them. */
  take(query: Query): { messages: Message[]; cursor?: string } {
    const { records, cursor } = page(this.#letters.values(), query);
    for (const { dlqId } of records) this.#letters.delete(dlqId);
    return { messages: records.map((letter) => letter.message), cursor };
  }

  /** Drops one; false if there is none. */
  delete(dlqId: string): boolean {
    return this.#letters.delete(dlqId);
  }
}

function letterView({ dlqId, message, outcome }: DeadLetter): View {
  return { ...messageView(message), dlqId, ...responseView(outcome) };
}
