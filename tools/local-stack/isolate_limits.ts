/**
 * Hosted's limits for a function's process. On hosted Supabase a worker's CPU adds up over all its
 * requests. Order and shares are those of supabase/edge-runtime, strategy_per_worker.rs.
 */
import { HOST_PATH } from "./function_host.ts";

/** When a process is retired and killed. CPU is the main thread's, which runs the JavaScript. */
export interface IsolateLimits {
  /** From here on new requests go to a new process. 1,000 in the CLI's own runtime. */
  softCpuMs: number;
  /** Here it is killed, whatever it is doing. 2,000 on hosted Supabase. */
  hardCpuMs: number;
  /** So long it lives; retired at half. 150,000 on hosted Supabase's Free plan. */
  wallMs: number;
}

/** A process that serves requests. */
export interface Isolate {
  port: number;
  pid: number;
  /** How many requests the gateway has sent and not seen answered. */
  requests: number;
  /** Whether it was killed because of its limits: then its requests are answered with 546. */
  overLimit: boolean;
}

/** `beforeunload` is dispatched at this share of the hard CPU limit and of the wall clock. */
const WARNING = 0.9;

const LOOK_MS = 5;

/**
 * Watches a process until it has ended. `retire` is called once, before it gets no more requests; then
 * `beforeunload` is dispatched with the reason `early_drop` as soon as it is idle, or else with `cpu` or
 * `wall_clock`, between two turns of its event loop.
 */
export async function enforceLimits(
  { softCpuMs, hardCpuMs, wallMs }: IsolateLimits,
  isolate: Isolate,
  retire: () => void,
  ended: Promise<unknown>,
): Promise<void> {
  const startedAt = performance.now();
  const done = new Set<string>();
  const once = (what: string, act: () => void) => done.has(what) || (done.add(what), act());
  // Not awaited: a process that computes answers later or never.
  const tell = (path: string) =>
    once(
      path,
      () =>
        void fetch(`http://127.0.0.1:${isolate.port}${HOST_PATH}${path}`, { method: "POST" })
          .then((answer) => answer.body?.cancel(), () => {}),
    );
  let alive = true;
  void ended.then(() => alive = false);
  while (alive) {
    const cpu = await cpuTime(isolate.pid).catch(() => 0); // it has just ended
    const wall = performance.now() - startedAt;
    const over = cpu >= hardCpuMs || wall >= wallMs;
    if (cpu >= softCpuMs || wall >= wallMs / 2 || over) once("retire", retire);
    if (over && alive) {
      isolate.overLimit = true;
      try {
        Deno.kill(isolate.pid, "SIGKILL");
      } catch { /* it has just ended */ }
      return;
    }
    if (cpu >= hardCpuMs * WARNING) tell("beforeunload/cpu");
    if (wall >= wallMs * WARNING) tell("beforeunload/wall_clock");
    if (done.has("retire") && isolate.requests === 0) tell("end-when-idle");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** In ms, to 10 ms: of the main thread on Linux, of all threads where there is no /proc. */
async function cpuTime(pid: number): Promise<number> {
  if (Deno.build.os === "linux") {
    const stat = await Deno.readTextFile(`/proc/${pid}/task/${pid}/stat`);
    // the 14th and 15th field are user and system time in hundredths; the second may hold blanks
    const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13);
    return (Number(user) + Number(system)) * 10;
  }
  const ps = await new Deno.Command("ps", { args: ["-o", "time=", "-p", String(pid)] }).output();
  const parts = new TextDecoder().decode(ps.stdout).trim().split(":").map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0) * 1_000;
}
