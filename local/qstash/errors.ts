/** A request that the server refuses; its message becomes the answer's `{"error": "…"}`. */
export class Refusal extends Error {
  /** @param status the HTTP status of the answer, 4xx */
  constructor(readonly status: number, message: string) {
    super(message);
    this.name = "Refusal";
  }
}

/** What was thrown, in words. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
