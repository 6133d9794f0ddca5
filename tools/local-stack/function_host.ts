/**
 * Runs one edge function as a process: `deno run … function_host.ts <index.ts>`. Takes both forms of a
 * function, `Deno.serve(…)` and `export default { fetch }`, and serves it on a free port, which it
 * writes to stdout behind READY. Runs with the function's own deno.json, so it imports nothing else.
 */

/** What the line that says port and process id starts with. */
export const READY = "function-host-ready ";

if (import.meta.main) {
  const serve = Deno.serve;
  let served = false;

  const start = (handler: Deno.ServeHandler) => {
    served = true;
    const onListen = ({ port }: Deno.NetAddr) =>
      console.log(READY + JSON.stringify({ port, pid: Deno.pid }));
    return serve({ hostname: "127.0.0.1", port: 0, onListen }, handler);
  };

  // Deno.serve's three forms; where it listens is not the function's to say.
  type Options = { handler?: Deno.ServeHandler };
  Object.defineProperty(Deno, "serve", {
    value: (first: Deno.ServeHandler | Options, second?: Deno.ServeHandler) =>
      start(typeof first === "function" ? first : second ?? first.handler!),
  });

  const { default: exported } = await import(Deno.args[0]!);
  if (!served && typeof exported?.fetch !== "function") {
    throw new Error("The function neither calls Deno.serve nor has a default export with fetch");
  }
  if (!served) start((request, info) => exported.fetch(request, info));
}
