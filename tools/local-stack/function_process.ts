/** The process of one edge function: started, and started again after its death. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BoundChild, eachLine, spawnBound } from "./child_process.ts";
import { READY } from "./function_host.ts";
import { noProxy } from "./no_proxy.ts";
import { enforceLimits, type Isolate, type IsolateLimits } from "./isolate_limits.ts";

// A process that lived this long did not die of its start: it is replaced at once.
const SETTLED_MS = 1_000;
// Others wait, so that one that cannot start does not keep the machine busy.
const RESTART_DELAY_MS = 500;

export interface FunctionSetup {
  name: string;
  /** supabase/functions/<name>/index.ts. */
  entry: string;
  /** The complete environment. */
  env: Record<string, string>;
  /** Directories it may read. */
  read: string[];
  /** Whether somebody restarts it when its files change: then a start that failed waits for that. */
  watched: boolean;
  /** Left out: one process serves all requests. */
  limits?: IsolateLimits;
  onLog: (line: string) => void;
}

export class FunctionProcess {
  /** Set while the process serves requests. */
  running: Isolate | null = null;
  /** Whether the last start failed, rather than being under way. */
  failed = false;

  #child: BoundChild | undefined;
  /** It, and those that finish what they have. */
  #children = new Set<BoundChild>();
  /** Settles when nobody watches over limits any more. */
  #watched: Promise<unknown> = Promise.resolve();
  #next = Promise.withResolvers<void>();
  /** Killed on purpose: no reason to wait before the next start. */
  #killed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(private readonly setup: FunctionSetup) {
    this.#start();
  }

  /** Settles when the process serves requests the next time after this call. */
  restarted(): Promise<void> {
    return this.#next.promise;
  }

  /** Settles when the process serves requests; at once if it does. */
  ready(): Promise<void> {
    return this.running === null ? this.restarted() : Promise.resolve();
  }

  /** Settles when the process serves requests or its start has failed, at the latest after `ms`. */
  async settled(ms: number): Promise<void> {
    const deadline = Date.now() + ms;
    while (this.running === null && !this.failed && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Sends a signal to the process, if it runs. */
  kill(signal: Deno.Signal): void {
    if (this.running === null) return;
    try {
      Deno.kill(this.running.pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // it has just died of its own accord
    }
    if (signal !== "SIGKILL") return;
    // A process that dies still accepts connections for a moment.
    this.running = null;
    this.#killed = true;
  }

  /** Replaces the process, without a delay. */
  restart(): void {
    clearTimeout(this.#timer);
    const old = this.#child;
    this.#start();
    void old?.stop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#children].map((child) => child.stop()));
    await this.#watched;
  }

  #start(): void {
    this.running = null;
    this.failed = false;
    const child = this.#child = spawn(this.setup);
    this.#children.add(child);
    const startedAt = Date.now();
    let served = false;
    const out = eachLine(child.stdout, (line) => {
      if (!line.startsWith(READY)) return this.setup.onLog(line);
      if (child !== this.#child) return;
      served = true;
      const place = JSON.parse(line.slice(READY.length));
      const isolate: Isolate = this.running = { ...place, requests: 0, overLimit: false };
      this.#next.resolve();
      this.#next = Promise.withResolvers();
      const { limits } = this.setup;
      if (limits === undefined) return;
      const watch = enforceLimits(limits, isolate, () => this.#retire(child), child.ended);
      this.#watched = Promise.all([this.#watched, watch]);
    });
    const err = eachLine(child.stderr, this.setup.onLog);
    void Promise.all([child.ended, out, err]).then(([{ code }]) => {
      this.#children.delete(child);
      if (this.#stopped || child !== this.#child) return;
      this.running = null;
      this.failed = !served;
      if (this.failed && this.setup.watched) {
        return this.setup.onLog("did not start; it will be tried again when its files change");
      }
      this.setup.onLog(`process ended with code ${code}, starting it again`);
      const quick = !this.#killed && Date.now() - startedAt < SETTLED_MS;
      this.#killed = false;
      this.#timer = setTimeout(() => this.#start(), quick ? RESTART_DELAY_MS : 0);
    });
  }

  /** Lets another process take the requests that come. */
  #retire(child: BoundChild): void {
    if (child !== this.#child || this.#stopped) return;
    this.setup.onLog("limit reached, new requests go to a new process");
    this.#start();
  }
}

function spawn({ entry, env, read }: FunctionSetup): BoundChild {
  const config = join(dirname(entry), "deno.json");
  const host = fileURLToPath(import.meta.resolve("./function_host.ts"));
  return spawnBound({
    command: Deno.execPath(),
    args: [
      ...["run", "--quiet", "--no-prompt", "--cached-only", "--no-lock"],
      "--node-modules-dir=manual", // the others would ask the registry
      ...(existsSync(config) ? ["--config", config] : ["--no-config"]),
      ...["--allow-net", "--allow-env", `--allow-read=${read.join(",")}`],
      ...[host, pathToFileURL(entry).href],
    ],
    signal: "KILL", // also ends one that is stopped or spins
    env: { ...environmentOfDeno(), ...env, ...noProxy(env) },
    cwd: dirname(entry),
  });
}

/** What Deno itself needs: its cache of compiled code makes starts twice as fast. */
function environmentOfDeno(): Record<string, string> {
  const env: Record<string, string> = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  for (const name of ["PATH", "HOME", "DENO_DIR"]) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}
