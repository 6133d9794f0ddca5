/** A process of an edge function, and the proxy that all its own requests go through. */
import { FunctionProcess } from "../../../tools/local-stack/function_process.ts";
import { forward, type ProxiedRequest, type Proxy, startProxy } from "./proxy.ts";

const root = new URL("../../../", import.meta.url).pathname;

export interface WorkerSetup {
  /** Of the function. */
  name: string;
  /** Its environment; SUPABASE_URL and QSTASH_URL become the proxy's. */
  env: Record<string, string>;
  /** Every request that the process makes. */
  onRequest: (worker: Worker, request: ProxiedRequest) => Promise<Response>;
  onLog: (line: string) => void;
  onKill: () => void;
}

export class Worker {
  readonly name: string;
  paused = false;
  /** Requests that it is answering. */
  busy = 0;
  #process: FunctionProcess;
  #proxy: Proxy;
  #onKill: () => void;

  constructor({ name, env, onRequest, onLog, onKill }: WorkerSetup) {
    this.name = name;
    this.#onKill = onKill;
    this.#proxy = startProxy((request) => onRequest(this, request));
    this.#process = new FunctionProcess({
      name,
      entry: `${root}tests/faults/functions/${name}/index.ts`,
      env: { ...env, SUPABASE_URL: this.#proxy.url, QSTASH_URL: this.#proxy.url },
      read: [`${root}supabase/functions`, `${root}tests/faults/functions`, `${root}node_modules`],
      watched: false,
      onLog,
    });
  }

  /** Whether it takes requests. */
  get ready(): boolean {
    return this.#process.running !== null && !this.paused;
  }

  /** SIGKILL; it is restarted at once, as a platform does. */
  kill(): void {
    if (this.#process.running === null) return;
    this.paused = false;
    this.#process.kill("SIGKILL");
    this.#onKill();
  }

  /** SIGSTOP: it stands still until `resume`. */
  pause(): void {
    this.paused = true;
    this.#process.kill("SIGSTOP");
  }

  resume(): void {
    if (!this.paused) return; // killed or resumed since
    this.paused = false;
    this.#process.kill("SIGCONT");
  }

  started(): Promise<void> {
    return this.#process.ready();
  }

  /** Sends a request to the process. If the process dies meanwhile, answers what the platform does. */
  async call(request: ProxiedRequest): Promise<Response> {
    const { running } = this.#process;
    if (!running) return crashed();
    this.busy++;
    try {
      const path = request.path.replace("/functions/v1", "");
      return await forward({ ...request, path }, `http://127.0.0.1:${running.port}`);
    } catch {
      return crashed();
    } finally {
      this.busy--;
    }
  }

  async stop(): Promise<void> {
    this.resume();
    await this.#process.stop();
    await this.#proxy.stop();
  }
}

const crashed = () =>
  Response.json(
    { code: "WORKER_ERROR", message: "Function exited due to an error (please check logs)" },
    { status: 500 },
  );
