/** A request that the server refuses; its message becomes the answer's `{"error": "…"}`. */
export class Refusal extends Error {
  /** @param status the HTTP status of the answer, 4xx */
  constructor(readonly status: number, message: string) {
    super(message);
    this.name = "Refusal";
  }
}
