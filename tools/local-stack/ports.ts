/** Ports on 127.0.0.1: free ones, and what to say about one that is taken. */

/** A port that is free now. Somebody else can take it before it is used. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

/** The one sentence for a port that is in use. */
export function portTaken(part: string, port: number, variable: string): Error {
  return new Error(
    `Port ${port}, wanted for ${part}, is taken, probably by another stack or \`supabase start\`: ` +
      `stop that, or set ${variable} to another port.`,
  );
}
