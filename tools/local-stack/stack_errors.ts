/** What was thrown, in words. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A port that was asked for is in use. */
export class PortTakenError extends Error {
  override name = "PortTakenError";
  /** @param variable the environment variable that moves it */
  constructor(part: string, port: number, variable: string) {
    super(
      `Port ${port}, wanted for ${part}, is taken, probably by another stack or \`supabase start\`: ` +
        `stop that, or set ${variable} to another port.`,
    );
  }
}
