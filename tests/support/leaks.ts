/** Looks for secrets and personal data where none may be: in logs, in answers, in QStash's messages. */

/** What is one of these is a leak, whoever it belongs to. */
const shapes: [kind: string, shape: RegExp][] = [
  ["a token", /eyJ[\w-]{8,}\.eyJ[\w-]{8,}/],
  ["a secret API key", /sb_secret_[\w-]{8,}/],
  ["a connection string", /postgres(ql)?:\/\//],
];

/** Shorter texts are found by chance. */
const shortest = 8;

/** The fields of every line that are different each time: without them most lines are the same. */
const changing =
  /"(?:at|id|job_id|created_at|expires_at|message_?id|ms|bytes|attempt)":(?:"[\dTZ:.+-]{20,35}"|"[\da-f-]{36}"|"msg_\w{1,64}"|\d+)/gi;

export class Leaks {
  /** What must not be found, and what it is. */
  #known = new Map<string, string>();
  /** Where to look, and where each text stood. */
  #seen = new Map<string, string>();

  /** From now on, `value` must not be found; nor may any text within it, if it is a list. */
  know(kind: string, value: unknown): void {
    if (Array.isArray(value)) return value.forEach((one) => this.know(kind, one));
    if (typeof value === "string" && value.trim().length >= shortest) {
      this.#known.set(value.trim(), kind);
    }
  }

  /** The personal part of a request or a row. */
  knowJob(job: unknown): void {
    const fields = (typeof job === "object" && job !== null ? job : {}) as Record<string, unknown>;
    this.know("a goal", fields.goals);
    this.know("a name", fields.name);
    this.know("a rank tag", fields.rank_tag);
    this.know("an address", fields.email);
    this.know("an idempotency key", fields.idempotency_key);
    this.know("a lease token", fields.lease_token);
    this.know("a lease token", /[^/]+(?=\.jpg$)/.exec(String(fields.image_storage_path))?.[0]);
    this.know("a board's path", fields.image_storage_path);
    this.know("a board's link", fields.image_url);
  }

  /** A text that was logged, answered or sent; `where` is for people. */
  see(where: string, text: string): void {
    this.#seen.set(text.replace(changing, ""), where);
  }

  /** A line of a log, which is named by its event. */
  seeLine(source: string, line: string): void {
    const event = /"event":"(\w+)"/.exec(line)?.[1] ?? /^qstash\.\w+/.exec(line)?.[0];
    this.see(`the log of ${source}, ${event ? `event ${event}` : "a line without an event"}`, line);
  }

  /** A sentence for each kind and place, without the value. */
  found(): string[] {
    const sentences = new Set<string>();
    const words = [...this.#known].map(([value, kind]) => ({ kind, forms: formsOf(value) }));
    for (const [text, where] of this.#seen) {
      const plain = text.toLowerCase();
      const base64url = text.replaceAll("+", "-").replaceAll("/", "_");
      const kinds = [
        ...shapes.filter(([, shape]) => shape.test(text)).map(([kind]) => kind),
        ...words.filter(({ forms }) =>
          forms.plain.some((form) => plain.includes(form)) ||
          forms.base64url.some((form) => base64url.includes(form))
        ).map(({ kind }) => kind),
      ];
      for (const kind of kinds) sentences.add(`${kind} is in ${where}`);
    }
    return [...sentences].sort();
  }
}

/** As it is, as JSON and URLs write it, and as base64 has it at each of the three places in a group. */
function formsOf(value: string) {
  const text = value.toWellFormed();
  const bytes = new TextEncoder().encode(text);
  const base64url = [0, 1, 2].map((shift) => {
    const shifted = new Uint8Array([...new Uint8Array(shift), ...bytes]);
    // 6 bits a character: only those that the value alone decides
    return shifted.toBase64({ alphabet: "base64url", omitPadding: true })
      .slice(Math.ceil(shift * 8 / 6), Math.floor(shifted.length * 8 / 6));
  });
  const plain = new Set([text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]);
  return { plain: [...plain].map((form) => form.toLowerCase()), base64url };
}
