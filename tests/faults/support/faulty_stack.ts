/**
 * The running stack with a proxy between all of its parts, where faults are injected. Every function runs
 * in a pool of processes of its own.
 *
 *   person, QStash → entrance → worker → its proxy → Postgres, Storage, QStash
 *
 * Postgres and QStash can be killed and started again. Times are those of functions/_shared/short_timing.ts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import postgres, { type Sql } from "postgres";
import { scheduleSweep } from "../../../tools/commands/schedule.ts";
import type { Postgres } from "../../../tools/local-stack/postgres.ts";
import { type QStashServer, startQStash } from "../../../tools/local-stack/qstash/server.ts";
import { sweepSchedule } from "../../../supabase/functions/_shared/qstash/publish.ts";
import {
  type Person,
  type Row,
  startTestStack,
  type TestStack,
  until,
} from "../../support/test_stack.ts";
import { startChangeLog } from "./change_log.ts";
import type { Fault, Intercepted } from "./fault_kinds.ts";
import { jobIdOf, type JobStep, jobStepOf, parseJson } from "./job_steps.ts";
import { crashPostgres, ignoreDriverErrors, restartPostgres } from "./postgres_crash.ts";
import { forward, type ProxiedRequest, type Proxy, startProxy } from "./proxy.ts";
import { Worker } from "./worker.ts";

ignoreDriverErrors();

/** Seconds between two sweeps; the product's schedule has 300. */
export const sweepInterval = 1;

/** How many processes each function has; QStash delivers five boards at once. */
const poolSizes = { "create-job": 1, "process-job": 5, "fail-job": 1, "sweep-jobs": 2 };

const connect = (url: string) => postgres(url, { max: 5, onnotice() {} });

/** A fault that waits for its step. */
interface PlannedFault {
  step: JobStep;
  fault: Fault;
  injected: PromiseWithResolvers<Intercepted>;
}

/** A job that was answered with 202. */
export interface Accepted {
  id: string;
  key: string;
}

export class FaultyStack {
  readonly workers: Worker[] = [];
  readonly accepted: Accepted[] = [];
  /** Jobs whose owners deleted them. */
  readonly deleted = new Set<string>();
  /** A pool of its own, replaced after each crash of Postgres: old connections may never answer. */
  sql: Sql;
  /** How often a process of a function was killed. */
  kills = 0;
  /** Faults for every request of a step, until they are removed. */
  readonly allJobs = new Map<JobStep, Fault>();
  /** What is still under way, such as late deliveries. */
  readonly background: Promise<unknown>[] = [];

  #planned = new Map<string, PlannedFault[]>();
  #keyOfJob = new Map<string, string>();
  #entrance: Proxy;
  #sweepTimer: ReturnType<typeof setInterval> | undefined;
  #postgres: Postgres | undefined;

  private constructor(
    readonly stack: TestStack,
    readonly dir: string,
    public qstash: QStashServer,
    entrance: Proxy,
  ) {
    this.#entrance = entrance;
    this.sql = connect(stack.env.DATABASE_URL);
  }

  /** @param sizes how many processes, where other than `poolSizes` */
  static async start(sizes: Partial<typeof poolSizes> = {}): Promise<FaultyStack> {
    const dir = await Deno.makeTempDir({ prefix: "vision-board-faults-" });
    await Deno.chmod(dir, 0o755); // under root, Postgres runs as another user, who needs access
    const qstash = startQStash({ port: 0 });
    const started = Promise.withResolvers<FaultyStack>();
    const entrance = startProxy(async (request) => await (await started.promise).#receive(request));
    const stack = await startTestStack({
      dir: `${dir}/stack`,
      functions: `${dir}/none`, // the workers run them
      qstashUrl: qstash.url,
      functionsEnv: {
        QSTASH_TOKEN: qstash.token,
        QSTASH_CURRENT_SIGNING_KEY: qstash.currentSigningKey,
        QSTASH_NEXT_SIGNING_KEY: qstash.nextSigningKey,
      },
    });
    const made = new FaultyStack(stack, dir, qstash, entrance);
    started.resolve(made);
    await startChangeLog(made.sql);
    await made.#startWorkers({ ...poolSizes, ...sizes });
    await made.#createSchedule();
    return made;
  }

  /** Adds a fault for the job that is created with this key. Resolves when it is injected. */
  inject(key: string, step: JobStep, fault: Fault): Promise<Intercepted> {
    const injected = Promise.withResolvers<Intercepted>();
    this.#planned.set(key, [...this.#planned.get(key) ?? [], { step, fault, injected }]);
    return injected.promise;
  }

  /** The row as it is now, or undefined; tries again while Postgres is down. */
  async read(id: string): Promise<Row | undefined> {
    for (let tries = 0;; tries++) {
      try {
        const { sql } = this;
        const [row] = await sql<Row[]>`select * from public.vision_board_jobs where id = ${id}`;
        return row;
      } catch (error) {
        if (tries === 50) throw error;
        await sleep(200);
      }
    }
  }

  /** Creates a job as a persistent frontend does: with the same key again until the answer is 202. */
  async create(owner: Person, key: string): Promise<Accepted> {
    const body = JSON.stringify({ goals: ["Learn to swim"], idempotency_key: key });
    const headers = {
      authorization: `Bearer ${owner.token}`,
      apikey: this.stack.env.SUPABASE_PUBLISHABLE_KEY,
    };
    for (let tries = 0; tries < 60; tries++) {
      try {
        const url = `${this.#entrance.url}/functions/v1/create-job`;
        const signal = AbortSignal.timeout(10_000);
        const answer = await fetch(url, { method: "POST", body, headers, signal });
        const { id } = await answer.json();
        if (answer.status === 202) {
          const job = { id, key };
          this.accepted.push(job);
          return job;
        }
      } catch { /* no answer, or not JSON */ }
      await sleep(200);
    }
    throw new Error("create-job never accepted the job");
  }

  /** Sweeps every second from now on, as QStash's schedule does every five minutes. */
  startSweeping(): void {
    this.#sweepTimer ??= setInterval(() => void this.sweep(), sweepInterval * 1000);
  }

  stopSweeping(): void {
    clearInterval(this.#sweepTimer);
    this.#sweepTimer = undefined;
  }

  /** One sweep, called by QStash; none while QStash is down. */
  async sweep(): Promise<void> {
    await this.qstash.runSchedule(sweepSchedule.scheduleId).catch(() => {});
  }

  /** SIGKILL for Postgres; `down` seconds later it runs again on the same data. */
  async restartPostgres(down = 0): Promise<void> {
    await crashPostgres(this.sql);
    await sleep(down * 1000);
    const crashed = this.#postgres;
    this.#postgres = await restartPostgres(`${this.dir}/stack`, this.stack.env.DATABASE_URL);
    this.sql = connect(this.stack.env.DATABASE_URL);
    await crashed?.stop();
  }

  /** QStash stops and comes back empty after `down` seconds. (The real one keeps its messages.) */
  async restartQStash(down = 0): Promise<void> {
    const { port } = this.qstash;
    await this.qstash.stop();
    await sleep(down * 1000);
    this.qstash = startQStash({ port });
    await this.#createSchedule();
  }

  async stop(): Promise<void> {
    this.stopSweeping();
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.#entrance.stop();
    await this.qstash.stop();
    await this.sql.end({ timeout: 1 }).catch(() => {});
    await this.stack.stop();
    await this.#postgres?.stop();
    await Deno.remove(this.dir, { recursive: true });
  }

  #createSchedule(): Promise<void> {
    // once a year: sweep() runs it
    return scheduleSweep(this.qstash, `${this.#entrance.url}/functions/v1`, "0 0 1 1 *");
  }

  async #startWorkers(sizes: typeof poolSizes): Promise<void> {
    const { env } = this.stack;
    const jwks = await (await fetch(`${env.SUPABASE_URL}/auth/v1/.well-known/jwks.json`)).text();
    const setup = {
      env: {
        SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: env.SUPABASE_PUBLISHABLE_KEY }),
        SUPABASE_SECRET_KEYS: JSON.stringify({ default: env.SUPABASE_SECRET_KEY }),
        SUPABASE_JWKS: jwks,
        QSTASH_TOKEN: this.qstash.token,
        QSTASH_CURRENT_SIGNING_KEY: this.qstash.currentSigningKey,
        QSTASH_NEXT_SIGNING_KEY: this.qstash.nextSigningKey,
        FUNCTIONS_URL: `${this.#entrance.url}/functions/v1`,
        MAX_ACTIVE_JOBS: "99999",
        MAX_DAILY_JOBS: "99999",
      },
      onRequest: (worker: Worker, request: ProxiedRequest) => this.#send(worker, request),
      onLog: (line: string) => {
        this.stack.raw.push(line);
        this.stack.seeLine("a worker", line);
        if (line.startsWith("{")) this.stack.log.push(JSON.parse(line));
      },
    };
    for (const [name, count] of Object.entries(sizes)) {
      for (let i = 0; i < count; i++) {
        const onKill = () => void this.kills++;
        this.workers.push(new Worker({ ...setup, name, onKill }));
      }
    }
    await Promise.all(this.workers.map((worker) => worker.started()));
  }

  /** A request of a person or of QStash to a function. */
  async #receive(request: ProxiedRequest): Promise<Response> {
    const name = /^\/functions\/v1\/([^/?]+)/.exec(request.path)?.[1];
    if (!name) return await forward(request, this.stack.env.SUPABASE_URL);
    const worker = await this.#leastBusy(name);
    if (!worker) return Response.json({ code: "BOOT_ERROR" }, { status: 503 });
    const proceed = async () => await (await this.#leastBusy(name) ?? worker).call(request);
    return await this.#withFaults({ worker, request }, proceed);
  }

  /** A request of a function to Supabase or QStash. */
  async #send(worker: Worker, request: ProxiedRequest): Promise<Response> {
    const origin = request.path.startsWith("/v2/") ? this.qstash.url : this.stack.env.SUPABASE_URL;
    return await this.#withFaults({ worker, request }, () => forward(request, origin));
  }

  async #withFaults(
    at: Omit<Intercepted, "step">,
    proceed: () => Promise<Response>,
  ): Promise<Response> {
    const step = jobStepOf(at.request);
    if (!step) return await proceed();
    const intercepted: Intercepted = { ...at, step };
    let key: string | undefined;
    if (step === "create") {
      key = parseJson(at.request.body).p_idempotency_key as string | undefined;
      const create = proceed;
      proceed = async () => {
        const answer = await create();
        const [row] = answer.ok ? await answer.clone().json() : [];
        if (row?.id && key) this.#keyOfJob.set(row.id, key);
        return answer;
      };
    } else {
      key = this.#keyOfJob.get(jobIdOf(at.request) ?? "");
    }
    const fault = this.#takePlanned(key, intercepted) ?? this.allJobs.get(step);
    return fault ? await fault(intercepted, proceed) : await proceed();
  }

  #takePlanned(key: string | undefined, intercepted: Intercepted): Fault | undefined {
    const planned = this.#planned.get(key ?? "") ?? [];
    const index = planned.findIndex(({ step }) => step === intercepted.step);
    if (index < 0) return undefined;
    const [{ fault, injected }] = planned.splice(index, 1) as [PlannedFault];
    injected.resolve(intercepted);
    return fault;
  }

  /** The least busy process of a function; waits up to 5 s for one. */
  async #leastBusy(name: string): Promise<Worker | undefined> {
    for (const end = Date.now() + 5_000; Date.now() < end;) {
      const ready = this.workers.filter((worker) => worker.name === name && worker.ready);
      if (ready.length > 0) return ready.toSorted((a, b) => a.busy - b.busy)[0];
      await sleep(10);
    }
  }
}

/** A faulty stack with sweeps for the tests of a file. */
export function useFaultyStack(sizes: Partial<typeof poolSizes> = {}): () => FaultyStack {
  let stack: FaultyStack | undefined;
  Deno.test.beforeAll(async () => {
    stack = await FaultyStack.start(sizes);
    stack.startSweeping();
  });
  Deno.test.afterAll(async () => await stack?.stop());
  return () => stack!;
}

/** The job's row when it has ended, within so many seconds. */
export const waitForEnd = (stack: FaultyStack, id: string, seconds = 60): Promise<Row> =>
  until(async () => {
    const row = await stack.read(id);
    return row && ["complete", "failed"].includes(row.status) && row;
  }, seconds);

/** Runs `work` with each number from 0 to `count - 1`, `atOnce` of them at the same time. */
export async function runConcurrently(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < count) await work(next++);
  }));
}
