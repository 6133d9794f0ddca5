/** A throw-away stack for a test file, and the people, rows and deliveries that its tests need. */
import { createHash } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import postgres from "postgres";
import { type Stack, type StackOptions, startStack } from "../../tools/local-stack/stack.ts";
import { BOARDS_BUCKET } from "../../supabase/functions/_shared/contract.ts";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import { type Deps, deps } from "../../supabase/functions/_shared/deps.ts";
import { maxAttempts } from "../../supabase/functions/_shared/qstash/publish.ts";
import { Leaks } from "./leaks.ts";

export type Row = Database["public"]["Tables"]["vision_board_jobs"]["Row"];
type NewRow = Database["public"]["Tables"]["vision_board_jobs"]["Insert"];
export type Client = SupabaseClient<Database>;

/** A log line of a function. */
export interface Entry {
  fn: string;
  event: string;
  job_id?: string;
  [field: string]: unknown;
}

export interface Person {
  id: string;
  email: string;
  token: string;
  supabase: Client;
  /** POSTs to create-job as this person. */
  create(body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export type TestStack = Awaited<ReturnType<typeof startTestStack>>;

/**
 * Starts a stack before the file's first test and stops it after the last. The file fails if secrets or
 * personal data were logged, answered or sent to QStash meanwhile.
 */
export function useStack(options: StackOptions = {}): () => TestStack {
  let stack: TestStack | undefined;
  Deno.test.beforeAll(async () => {
    stack = await startTestStack(options);
  });
  Deno.test.afterAll(async () => await stack?.stop());
  return () => stack!;
}

/** A test on a running stack: its sockets and children live longer than one test. */
export const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });

export async function startTestStack(options: StackOptions) {
  const log: Entry[] = [];
  const raw: string[] = [];
  const leaks = new Leaks();
  const reading: Promise<void>[] = [];
  const stack: Stack = await startStack({
    api: 0,
    db: 0,
    qstash: 0,
    delayFactor: 0.001,
    onLog: (source, line) => {
      raw.push(line);
      // what these write is the platform's: a violated constraint quotes the row
      if (source !== "postgres" && source !== "supabase") leaks.seeLine(source, line);
      if (line.startsWith("qstash.created")) reading.push(readMessage(line));
      if (line.startsWith("{")) log.push(JSON.parse(line));
    },
    ...options,
  });
  const { env } = stack;
  knowSecrets(leaks, { ...env, ...options.functionsEnv });
  const sql = postgres(env.DATABASE_URL, { max: 10, onnotice() {} });
  const client = (key: string): Client =>
    createClient<Database>(env.SUPABASE_URL, key, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: watched },
    });
  const functionUrl = (name: string) => `${env.SUPABASE_URL}/functions/v1/${name}`;
  const post = (name: string, body: BodyInit, headers: Record<string, string> = {}) =>
    watched(functionUrl(name), { method: "POST", body, headers });

  /** QStash's signature of a body for a function, with the current key. */
  async function signature(name: string, body: string) {
    const hash = createHash("sha256").update(body).digest("base64url");
    const token = await new SignJWT({ body: hash }).setProtectedHeader({ alg: "HS256" })
      .setIssuer("Upstash").setSubject(functionUrl(name)).setExpirationTime("5 minutes")
      .sign(new TextEncoder().encode(env.QSTASH_CURRENT_SIGNING_KEY));
    return { "upstash-signature": token };
  }

  /** `fetch`, and what functions answer is remembered for the search for leaks. */
  async function watched(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const url = String(input instanceof Request ? input.url : input);
    const called = /\/functions\/v1\/(.*)/.exec(url)?.[1];
    if (called && typeof init?.body === "string") knowRequest(leaks, init.body);
    const response = await fetch(input, init);
    if (called) reading.push(seeAnswer(called, response));
    return response;
  }

  /** The first messages as QStash holds them; those that it delivers at once are gone before. */
  async function readMessage(line: string) {
    if (reading.length > 100) return;
    const message = `${env.QSTASH_URL}/v2/messages/${/msg_\w+/.exec(line)?.[0]}`;
    const headers = { authorization: `Bearer ${env.QSTASH_TOKEN}` };
    try {
      const answer = await fetch(message, { headers });
      const text = await answer.text();
      if (answer.ok) leaks.see("a message at QStash", text);
    } catch { /* a test has stopped QStash */ }
  }

  async function seeAnswer(fn: string, response: Response) {
    const text = await response.clone().text().catch(() => "");
    leaks.see(`an answer of ${fn}, status ${response.status}`, text);
  }

  return {
    ...stack,
    sql,
    log,
    raw,
    service: client(env.SUPABASE_SECRET_KEY),
    anon: client(env.SUPABASE_PUBLISHABLE_KEY),
    client,
    functionUrl,
    post,

    /** Signs somebody up; the local stack confirms addresses at once. */
    async person(email = `${crypto.randomUUID()}@example.com`): Promise<Person> {
      const supabase = client(env.SUPABASE_PUBLISHABLE_KEY);
      const { data, error } = await supabase.auth.signUp({
        email,
        password: "correct horse battery",
      });
      if (error || !data.session) throw new Error(`sign-up failed: ${error?.message}`);
      const token = data.session.access_token;
      leaks.know("an address", email);
      leaks.know("a person's token", token);
      const headers = { authorization: `Bearer ${token}`, apikey: env.SUPABASE_PUBLISHABLE_KEY };
      return {
        id: data.user!.id,
        email,
        token,
        supabase,
        create: (body, more) => post("create-job", JSON.stringify(body), { ...headers, ...more }),
      };
    },

    /** Writes a row as the service role; it is not dispatched. */
    async row(values: Partial<NewRow> = {}): Promise<Row> {
      const row = { goals: ["Learn to swim"], ...values } as NewRow;
      const { data, error } = await this.service.from("vision_board_jobs").insert(row).select()
        .single();
      if (error) throw new Error(`${error.code} ${error.message}`);
      return data;
    },

    /** The row as it is now, or undefined. */
    async read(id: string): Promise<Row | undefined> {
      const [row] = await sql<Row[]>`select * from public.vision_board_jobs where id = ${id}`;
      return row;
    },

    /** Calls a function as QStash does. */
    async deliver(
      name: string,
      body: unknown,
      headers: Record<string, string> = {},
    ): Promise<Response> {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return await post(name, text, { ...await signature(name, text), ...headers });
    },

    /** The same for a handler that runs in this process. */
    async deliverTo(
      handle: (req: Request) => Promise<Response>,
      name: string,
      body: unknown,
      more: Record<string, string> = {},
    ): Promise<Response> {
      const text = JSON.stringify(body);
      const headers = { ...await signature(name, text), ...more };
      const response = await handle(
        new Request(functionUrl(name), { method: "POST", body: text, headers }),
      );
      reading.push(seeAnswer(name, response));
      return response;
    },

    /** Starts an attempt that nobody works on. Returns what the database answers. */
    async claim(jobId: string) {
      const { data, error } = await this.service.rpc("claim_vision_board_job", {
        p_job_id: jobId,
        p_lease_seconds: 60,
        p_max_attempts: maxAttempts,
      });
      if (error) throw new Error(`${error.code} ${error.message}`);
      return data[0]!;
    },

    /** What time would do. */
    async expireLease(jobId: string): Promise<void> {
      await sql`
        update public.vision_board_jobs set lease_expires_at = now() - interval '1 second'
        where id = ${jobId}`;
    },

    /** The row, once it is complete or failed. */
    ended(jobId: string, seconds?: number): Promise<Row> {
      return until(async () => {
        const row = await this.read(jobId);
        return row && (row.status === "complete" || row.status === "failed") && row;
      }, seconds);
    },

    /** One sweep, as the schedule calls it. Returns what it says it did. */
    async sweep(headers: Record<string, string> = {}): Promise<Record<string, number>> {
      const response = await this.deliver("sweep-jobs", "", headers);
      if (response.status !== 200) {
        throw new Error(`sweep: ${response.status} ${await response.text()}`);
      }
      return await response.json();
    },

    /**
     * Runs `middle` while every upload hangs, which is where a worker then is: claimed and drawn, not
     * uploaded.
     */
    async whileUploadsHang(middle: () => Promise<void>): Promise<void> {
      await sql.begin(async (transaction) => {
        await transaction`lock table storage.objects in exclusive mode`;
        await middle();
      });
    },

    /** While Storage's database fails each upload. */
    async whileUploadsFail(middle: () => Promise<void>): Promise<void> {
      await sql`
        create function storage.fail() returns trigger language plpgsql as
          $$ begin raise exception using errcode = 'XX000'; end $$`;
      await sql`
        create trigger fail before insert on storage.objects execute function storage.fail()`;
      try {
        await middle();
      } finally {
        await sql`drop function storage.fail() cascade`;
      }
    },

    /** Whether the bucket holds an object at this path. */
    async hasObject(path: string): Promise<boolean> {
      const { data } = await this.service.storage.from(BOARDS_BUCKET).download(path);
      return data !== null;
    },

    /** The deps of a handler that runs in this process, on this stack; `changes` to its environment. */
    deps(changes: Record<string, string | undefined> = {}): Deps {
      const variables: Record<string, string | undefined> = {
        ...env,
        SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: env.SUPABASE_PUBLISHABLE_KEY }),
        SUPABASE_SECRET_KEYS: JSON.stringify({ default: env.SUPABASE_SECRET_KEY }),
        ...changes,
      };
      return {
        ...deps,
        env: (name) => variables[name],
        log: (line) => {
          log.push(JSON.parse(line));
          leaks.seeLine("a function", line);
        },
      };
    },

    /** What must be neither logged nor answered, beside what the stack knows by itself. */
    know: leaks.know.bind(leaks),

    /** A line of a log that does not come through the stack. */
    seeLine: leaks.seeLine.bind(leaks),

    /** The secrets and personal data that got out so far: a sentence for each, without the value. */
    async leaks(): Promise<string[]> {
      await Promise.all(reading);
      // the newest are enough: what was sent through the stack is known anyway
      const read = sql<Row[]>`
        select * from public.vision_board_jobs order by created_at desc limit 300`.catch(() => []);
      // where Postgres was killed, a connection may never answer
      const late = new Promise<Row[]>((resolve) => setTimeout(resolve, 5_000, []));
      const rows = await Promise.race([read, late]);
      for (const row of rows) leaks.knowJob(row);
      return leaks.found();
    },

    async stop() {
      const found = await this.leaks().finally(async () => {
        await sql.end({ timeout: 5 });
        await stack.stop();
      });
      if (found.length > 0) throw new Error(`Something private got out: ${found.join("; ")}.`);
    },
  };
}

function knowSecrets(leaks: Leaks, env: Record<string, string>) {
  leaks.know("the secret key", env.SUPABASE_SECRET_KEY);
  leaks.know("the database's URL", env.DATABASE_URL);
  leaks.know("the database's password", `:${new URL(env.DATABASE_URL!).password}@`);
  leaks.know("QStash's token", env.QSTASH_TOKEN);
  leaks.know("a signing key", [env.QSTASH_CURRENT_SIGNING_KEY, env.QSTASH_NEXT_SIGNING_KEY]);
}

/** What a person typed, even where the request is refused. */
function knowRequest(leaks: Leaks, body: string) {
  try {
    leaks.knowJob(JSON.parse(body));
  } catch { /* not JSON: nothing that a function could take out of it */ }
}

/** Resolves once `look` gives something; it is asked every 5 ms, for at most `seconds`. */
export async function until<T>(
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  seconds = 15,
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not within ${seconds} s: ${look}`);
}
