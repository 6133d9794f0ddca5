/**
 * Runs `cleanUp` once when the process is asked to end: Ctrl-C, `kill`, a closed terminal, or the death
 * of whoever started it (npm killed with SIGKILL passes nothing on). Then exits.
 */
export function onEnd(cleanUp: () => Promise<void>): void {
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    await cleanUp().catch((error) => console.error(error));
    Deno.exit(code);
  };
  Deno.addSignalListener("SIGINT", () => end(130));
  Deno.addSignalListener("SIGTERM", () => end(143));
  Deno.addSignalListener("SIGHUP", () => end(129));
  const parent = Deno.ppid;
  Deno.unrefTimer(setInterval(() => Deno.ppid === parent || end(1), 500));
}
