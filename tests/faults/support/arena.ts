/**
 * The running stack, taken apart so that everything between its parts can fail: every function runs in
 * processes of its own, each seeing Supabase and QStash through a proxy, and QStash and people reach
 * the functions through another.
 *
 *   person, QStash → front → worker → its proxy → Postgres, Storage, QStash
 *
 * Postgres and QStash can be killed and started again. Times are those of functions/_shared/hurried.ts.
 */
import postgres, { type Sql } from "postgres";
import type { Postgres } from "../../../tools/local-stack/postgres.ts";
import { type QStashServer, startQStash } from "../../../tools/local-stack/qstash/server.ts";
import { scheduleSweep } from "../../../tools/commands/schedule.ts";
import { sweepSchedule } from "../../../supabase/functions/_shared/qstash/publish.ts";
import { type Person, type Row, startTestStack, type TestStack } from "../../support/test_stack.ts";
import type { Fault, Moment } from "./faults.ts";
import { watchHistory } from "./history.ts";
import { forgiveTheDriver, killPostgres, serverProcess, startAgain } from "./postgres.ts";
import { type Exchange, pass, type Proxy, startProxy } from "./proxy.ts";
import { jobOf, json, type Step, stepOf } from "./steps.ts";
import { Worker } from "./worker.ts";

forgiveTheDriver();

/** Seconds between two sweeps; the product's schedule has 300. */
export const sweepInterval = 1;

/** How many processes each function has; QStash hands out five boards at once. */
const fleet = { "create-job": 1, "process-job": 5, "fail-job": 1, "sweep-jobs": 2 };

const connect = (url: string) => postgres(url, { max: 5, onnotice() {} });

/** A fault that waits for its step. */
interface Card {
  step: Step;
  fault: Fault;
  /** How many of these steps pass first. */
  after: number;
  struck: PromiseWithResolvers<Moment>;
}

/** A job that a person was told is accepted. */
export interface Accepted {
  id: string;
  key: string;
  owner: Person;
}

export class Arena {
  readonly workers: Worker[] = [];
  readonly accepted: Accepted[] = [];
  /** Jobs whose owners deleted them. */
  readonly deleted = new Set<string>();
  /** A connection of its own, new after each death of Postgres: the driver's old ones may never answer. */
  sql: Sql;
  /** How often a process was killed. */
  kills = 0;
  /** Faults for every request of a step, until removed. */
  readonly everywhere = new Map<Step, Fault>();
  /** What still goes on in the background, such as late deliveries. */
  readonly late: Promise<unknown>[] = [];

  #cards = new Map<string, Card[]>();
  #keys = new Map<string, string>();
  #front: Proxy;
  #sweeping: ReturnType<typeof setInterval> | undefined;
  #postgres: Postgres | undefined;

  private constructor(
    readonly stack: TestStack,
    readonly dir: string,
    public qstash: QStashServer,
    front: Proxy,
  ) {
    this.#front = front;
    this.sql = connect(stack.env.DATABASE_URL);
  }

  /** @param sizes other numbers of processes */
  static async start(sizes: Partial<typeof fleet> = {}): Promise<Arena> {
    const dir = await Deno.makeTempDir({ prefix: "vision-board-faults-" });
    await Deno.chmod(dir, 0o755); // as root, Postgres runs as another user, who must get through
    const qstash = startQStash({ port: 0 });
    const arena = Promise.withResolvers<Arena>();
    const front = startProxy(async (exchange) => await (await arena.promise).#enter(exchange));
    const stack = await startTestStack({
      dir: `${dir}/stack`,
      functions: `${dir}/none`, // they run here
      qstashUrl: qstash.url,
      functionsEnv: {
        QSTASH_TOKEN: qstash.token,
        QSTASH_CURRENT_SIGNING_KEY: qstash.currentSigningKey,
        QSTASH_NEXT_SIGNING_KEY: qstash.nextSigningKey,
      },
    });
    const made = new Arena(stack, dir, qstash, front);
    arena.resolve(made);
    await watchHistory(made.sql);
    await made.#startWorkers({ ...fleet, ...sizes });
    await made.#schedule();
    return made;
  }

  /** One more fault for the job that is created with this key. Resolves when it strikes. */
  plan(key: string, step: Step, fault: Fault, after = 0): Promise<Moment> {
    const card: Card = { step, fault, after, struck: Promise.withResolvers() };
    this.#cards.set(key, [...this.#cards.get(key) ?? [], card]);
    return card.struck.promise;
  }

  /** The row as it is now, or undefined; patient while Postgres is away. */
  async read(id: string): Promise<Row | undefined> {
    for (let tries = 0;; tries++) {
      try {
        const { sql } = this;
        const [row] = await sql<Row[]>`select * from public.vision_board_jobs where id = ${id}`;
        return row;
      } catch (error) {
        if (tries === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** Creates a job as a stubborn frontend does: the same key again until it is told 202. */
  async create(owner: Person, key: string, goals = ["Learn to swim"]): Promise<Accepted> {
    const body = JSON.stringify({ goals, idempotency_key: key });
    const headers = {
      authorization: `Bearer ${owner.token}`,
      apikey: this.stack.env.SUPABASE_PUBLISHABLE_KEY,
    };
    for (let tries = 0; tries < 60; tries++) {
      try {
        const url = `${this.#front.url}/functions/v1/create-job`;
        const signal = AbortSignal.timeout(10_000);
        const answer = await fetch(url, { method: "POST", body, headers, signal });
        const { id } = await answer.json();
        if (answer.status === 202) {
          const job = { id, key, owner };
          this.accepted.push(job);
          return job;
        }
        if (answer.status < 500) throw new TypeError(`create-job answered ${answer.status}`);
      } catch (error) {
        if (error instanceof TypeError && error.message.startsWith("create-job")) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error("create-job never accepted the job");
  }

  /** Sweeps come from now on, as from QStash's schedule. */
  startSweeping(): void {
    this.#sweeping ??= setInterval(() => void this.sweep(), sweepInterval * 1000);
  }

  stopSweeping(): void {
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }

  /** One sweep, published by QStash; nothing where QStash is down. */
  async sweep(): Promise<void> {
    await this.qstash.runSchedule(sweepSchedule.scheduleId).catch(() => {});
  }

  /** SIGKILL for Postgres, and so long after a new one on the same data. */
  async restartPostgres(down = 0): Promise<void> {
    const running = await serverProcess(this.sql);
    void this.sql.end({ timeout: 0 }).catch(() => {});
    await killPostgres(running);
    await new Promise((resolve) => setTimeout(resolve, down * 1000));
    const ended = this.#postgres;
    this.#postgres = await startAgain(`${this.dir}/stack`, this.stack.env.DATABASE_URL);
    this.sql = connect(this.stack.env.DATABASE_URL);
    await ended?.stop();
  }

  /** QStash goes, with every message that it holds, and comes back empty. The real one keeps them. */
  async restartQStash(down = 0): Promise<void> {
    const { port } = this.qstash;
    await this.qstash.stop();
    await new Promise((resolve) => setTimeout(resolve, down * 1000));
    this.qstash = startQStash({ port });
    await this.#schedule();
  }

  async stop(): Promise<void> {
    this.stopSweeping();
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.#front.stop();
    await this.qstash.stop();
    await this.sql.end({ timeout: 1 }).catch(() => {});
    await this.stack.stop();
    await this.#postgres?.stop();
    await Deno.remove(this.dir, { recursive: true });
  }

  #schedule(): Promise<void> {
    // fired by sweep() only
    return scheduleSweep(this.qstash, `${this.#front.url}/functions/v1`, "0 0 1 1 *");
  }

  async #startWorkers(sizes: typeof fleet): Promise<void> {
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
        FUNCTIONS_URL: `${this.#front.url}/functions/v1`,
        MAX_ACTIVE_JOBS: "99999",
        MAX_DAILY_JOBS: "99999",
      },
      onRequest: (worker: Worker, exchange: Exchange) => this.#leave(worker, exchange),
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
    await Promise.all(this.workers.map((worker) => worker.ready()));
  }

  /** A request from outside. */
  async #enter(exchange: Exchange): Promise<Response> {
    const name = /^\/functions\/v1\/([^/?]+)/.exec(exchange.path)?.[1];
    if (!name) return await pass(exchange, this.stack.env.SUPABASE_URL);
    const worker = await this.#idlest(name);
    if (!worker) return Response.json({ code: "BOOT_ERROR" }, { status: 503 });
    const go = async () => await (await this.#idlest(name) ?? worker).call(exchange);
    return await this.#meet({ worker, exchange }, go);
  }

  /** A request of a function. */
  async #leave(worker: Worker, exchange: Exchange): Promise<Response> {
    const origin = exchange.path.startsWith("/v2/") ? this.qstash.url : this.stack.env.SUPABASE_URL;
    return await this.#meet({ worker, exchange }, () => pass(exchange, origin));
  }

  async #meet(at: Omit<Moment, "step">, go: () => Promise<Response>): Promise<Response> {
    const step = stepOf(at.exchange);
    if (!step) return await go();
    const moment: Moment = { ...at, step };
    if (step === "create") return await this.#meetCreate(moment, go);
    const id = jobOf(at.exchange);
    const fault = this.#take(id && this.#keys.get(id), moment) ?? this.everywhere.get(step);
    return fault ? await fault(moment, go) : await go();
  }

  /** From here on it is known which job the key belongs to. */
  async #meetCreate(moment: Moment, go: () => Promise<Response>): Promise<Response> {
    const key = json(moment.exchange.body).p_idempotency_key as string | undefined;
    const create = async () => {
      const answer = await go();
      const [row] = answer.ok ? await answer.clone().json() : [];
      if (row?.id && key) this.#keys.set(row.id, key);
      return answer;
    };
    const fault = this.#take(key, moment) ?? this.everywhere.get("create");
    return fault ? await fault(moment, create) : await create();
  }

  #take(key: string | undefined, moment: Moment): Fault | undefined {
    const cards = key ? this.#cards.get(key) ?? [] : [];
    const card = cards.find(({ step }) => step === moment.step);
    if (!card || card.after-- > 0) return undefined;
    cards.splice(cards.indexOf(card), 1);
    card.struck.resolve(moment);
    return card.fault;
  }

  /** The least busy process of a function; waits up to 5 s for one. */
  async #idlest(name: string): Promise<Worker | undefined> {
    for (const end = Date.now() + 5_000; Date.now() < end;) {
      const up = this.workers.filter((worker) => worker.name === name && worker.up);
      if (up.length > 0) return up.toSorted((a, b) => a.busy - b.busy)[0];
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
