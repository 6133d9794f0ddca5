import { Refusal } from "./errors.ts";
import type { Publication } from "./headers.ts";
import { sha256 } from "./redaction.ts";

/** By QStash's documentation; its SDK speaks of 90 days. */
const WINDOW_MS = 10 * 60_000;

/**
 * Which deduplication ids were used lately, and by which message. An id is consumed by publishing:
 * neither failure nor cancellation gives it back.
 *
 * @see https://upstash.com/docs/qstash/features/deduplication
 */
export class Deduplication {
  /** In the order of use, so that the expired ones come first. */
  #used = new Map<string, { messageId: string; until: number }>();

  constructor(private readonly now: () => number) {}

  /** The message that used this id within the last ten minutes. */
  find(id: string): string | undefined {
    const use = this.#used.get(id);
    return use && use.until > this.now() ? use.messageId : undefined;
  }

  /** Consumes an id. */
  remember(id: string, messageId: string): void {
    for (const [old, use] of this.#used) {
      if (use.until > this.now()) break;
      this.#used.delete(old);
    }
    this.#used.delete(id);
    this.#used.set(id, { messageId, until: this.now() + WINDOW_MS });
  }
}

/**
 * The deduplication id that a publishing request asks for: its own, or a hash of its content,
 * which is the destination, the body and all headers but `Authorization`.
 *
 * @throws {Refusal} 400 for a `:` in the id
 */
export async function deduplicationId(
  headers: Headers,
  publication: Publication,
): Promise<string | undefined> {
  const id = headers.get("Upstash-Deduplication-Id");
  if (id?.includes(":")) throw new Refusal(400, "DeduplicationId cannot contain ':'");
  if (id) return id;
  if (headers.get("Upstash-Content-Based-Deduplication") !== "true") return undefined;
  const relevant = [...headers].filter(([name]) => name !== "authorization");
  const content = [publication.destination, relevant, await sha256(publication.body)];
  // The colon keeps it apart from ids that publishers choose, which have none.
  return `content:${await sha256(new TextEncoder().encode(JSON.stringify(content)))}`;
}
