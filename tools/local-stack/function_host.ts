/**
 * Runs one edge function as a process: `deno run … function_host.ts <index.ts>`. Takes both forms of a
 * function, `Deno.serve(…)` and `export default { fetch }`, and serves it on a free port, which it
 * writes to stdout behind READY. Runs with the function's own deno.json, so it imports nothing else.
 */

/** What the line that says port and process id starts with. */
export const READY = "function-host-ready ";

/** Paths that the host answers itself; the names of functions do not begin with `_`. */
export const HOST_PATH = "/_host/";

if (import.meta.main) {
  const serve = Deno.serve;
  let served = false;

  // Requests without a whole answer, and what EdgeRuntime.waitUntil was given.
  const pending = new Set<Promise<unknown>>();
  let endsWhenIdle = false;

  const beforeUnload = (reason: string) =>
    globalThis.dispatchEvent(
      new CustomEvent("beforeunload", { cancelable: true, detail: { reason } }),
    );
  const endIfIdle = () => {
    if (!endsWhenIdle || pending.size > 0) return;
    beforeUnload("early_drop");
    Deno.exit(0);
  };
  const keepUntil = (work: Promise<unknown>) => {
    pending.add(work);
    const settled = () => {
      pending.delete(work);
      endIfIdle();
    };
    work.then(settled, settled);
  };
  Object.defineProperty(globalThis, "EdgeRuntime", {
    value: {
      waitUntil<T>(work: T): T {
        if (work instanceof Promise) keepUntil(work);
        return work;
      },
    },
  });

  /** What enforceLimits says. */
  const obey = (command: string, info: Deno.ServeHandlerInfo) => {
    const [verb, reason] = command.split("/");
    if (verb === "beforeunload") beforeUnload(reason!);
    else endsWhenIdle = true;
    info.completed.then(endIfIdle, endIfIdle);
    return new Response(null, { status: 204 });
  };

  const start = (handler: Deno.ServeHandler) => {
    served = true;
    const onListen = ({ port }: Deno.NetAddr) =>
      console.log(READY + JSON.stringify({ port, pid: Deno.pid }));
    return serve({ hostname: "127.0.0.1", port: 0, onListen }, (request, info) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith(HOST_PATH)) return obey(pathname.slice(HOST_PATH.length), info);
      keepUntil(info.completed);
      return handler(request, info);
    });
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
