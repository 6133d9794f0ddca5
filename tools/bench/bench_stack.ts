/** The stack that is measured, and the rows in it. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { join } from "node:path";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { readCreateRequest } from "../../supabase/functions/create-job/request.ts";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import { type JobRequest, Jobs } from "../../supabase/functions/_shared/jobs.ts";
import { signUp } from "../commands/lib/person.ts";
import { sampleGoals } from "../commands/lib/samples.ts";
import { giveTo, postgresUser } from "../local-stack/postgres_files.ts";
import { startStack } from "../local-stack/stack.ts";
import type { Bench } from "./rounds.ts";

/** So high that nobody meets them: what they cost is measured, not whether they hold. */
export const LIMITS = { maxActiveJobs: 1e6, maxDailyJobs: 1e6, jobTtlDays: 365 };
const functionsEnv = { MAX_ACTIVE_JOBS: "99999", MAX_DAILY_JOBS: "99999" };

/** The table of the seed document. */
export const SEED = "public.seed_vision_board_jobs";

/** How many rows of the bulk one account has: 333,333 accounts have 5 million. */
const rowsEach = 15;

/**
 * Starts a stack whose data is on disk and safe: throw-away stacks have it in memory, without fsync.
 * @param onLog as `startStack` has it
 */
export async function openStack(bench: Bench, onLog = (_source: string, _line: string) => {}) {
  bench.steps.begin("Starting a stack");
  const dir = await Deno.makeTempDir({ prefix: "vision-board-bench-" });
  bench.defer(() => Deno.remove(dir, { recursive: true }));
  await giveTo(await postgresUser(), dir);
  const ports = { api: 0, db: 0, qstash: 0 };
  const stack = await startStack({ ...ports, dir: join(dir, "stack"), functionsEnv, onLog });
  bench.defer(stack.stop);
  const open = (connections: number, settings: Record<string, string> = {}) => {
    const connection = settings as { application_name: string };
    return postgres(stack.env.DATABASE_URL, { max: connections, onnotice() {}, connection });
  };
  const sql = open(1);
  bench.defer(() => sql.end({ timeout: 5 }));
  await sql`create schema bench`;
  await sql`create table bench.accounts (n integer primary key, id uuid, email text)`;
  bench.steps.done();
  return {
    env: stack.env,
    /** One connection of the superuser. */
    sql,
    /** More of them; whoever opens them ends them. */
    asSuperuser: (connections: number) => open(connections),
    /** The same for the service role, with settings such as a statement_timeout. */
    asService: (connections: number, settings: Record<string, string> = {}) =>
      open(connections, { role: "service_role", ...settings }),
    signUp: () => signUp(stack.env, { begin() {}, done() {} }),
  };
}

export type BenchStack = Awaited<ReturnType<typeof openStack>>;

/** A job as create-job reads it from a request. */
export async function sampleRequest(): Promise<JobRequest> {
  const body = { goals: sampleGoals, name: "Ava", rank_tag: "@ava" };
  const request = new Request("http://local", { method: "POST", body: JSON.stringify(body) });
  const { email: _none, ...job } = await readCreateRequest(request, false);
  return job;
}

/**
 * The functions' own calls of the database without the API between: the same SQL functions and arguments,
 * as PostgREST would call them.
 */
export async function jobsOn(sql: Sql | TransactionSql): Promise<Jobs> {
  const [{ sets } = { sets: [] }] = await sql<{ sets: string[] }[]>`
    select array_agg(proname::text) as sets from pg_proc
    where proretset and pronamespace = 'public'::regnamespace`;
  const rpc = async (name: string, args: Record<string, unknown>) => {
    const given = Object.entries(args).map(([arg, value], i) =>
      `${arg} => $${i + 1}${Array.isArray(value) ? "::text::jsonb" : ""}`
    );
    const values = Object.values(args).map((value) =>
      Array.isArray(value) ? JSON.stringify(value) : value as string
    );
    const query = `select to_jsonb(answer) as answer from public.${name}(${given}) as answer`;
    const rows = (await sql.unsafe(query, values, { prepare: true })).map(({ answer }) => answer);
    return { data: sets.includes(name) ? rows : rows[0], error: null, status: 200 };
  };
  return new Jobs({ rpc } as unknown as SupabaseClient<Database>);
}

/** Writes accounts and rows past the triggers, which would take most of the time. */
async function writeInBulk(sql: Sql, write: (sql: TransactionSql) => Promise<unknown>) {
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await write(transaction);
  });
}

/** What a row has that was finished long ago: number `g`, `t` times five seconds after the first. */
const FINISHED_COLUMNS =
  `name, rank_tag, goals, status, attempts, dispatch_count, qstash_message_id,
  created_at, updated_at, dispatched_at, started_at, finished_at, expires_at,
  image_url, image_storage_path, error_code, error_message, idempotency_key`;
const finished = (key: string) => {
  const at = "now() - interval '300 days' + t * interval '5 seconds'";
  const failed = (then: string, otherwise: string) =>
    `case when g % 25 = 0 then ${then} else ${otherwise} end`;
  const path = "md5(g::text) || '/' || md5((-g)::text) || '.jpg'";
  return `'Ava', '@ava', '${JSON.stringify(sampleGoals).replaceAll("'", "''")}'::jsonb,
    ${failed("'failed'", "'complete'")}, 1, 1, 'msg_${key}' || g,
    ${at}, ${at}, ${at}, ${at}, ${at}, ${at} + interval '400 days',
    ${failed("null", `'https://local/' || ${path} || '?token=' || repeat('x', 200)`)},
    ${failed("null", path)}, ${failed("'gave_up'", "null")}, ${failed("'It failed.'", "null")},
    '${key}' || g`;
};

/**
 * Adds finished rows, number `from` + 1 to `to`, then lets Postgres look at them. They belong to new
 * accounts, or unowned each to a guest with an address of their own.
 */
export async function fill(
  { sql }: BenchStack,
  bench: Bench,
  [from, to]: [from: number, to: number],
  unowned = false,
) {
  const some = 250_000; // a transaction each, so that one sees how far it is
  for (let first = from; first < to; first += some) {
    const last = Math.min(first + some, to);
    bench.steps.begin(`Writing ${unowned ? "unowned " : ""}row ${first + 1} to ${last} of ${to}`);
    const [before, after] = [first, last].map((row) => Math.ceil(row / rowsEach)) as [
      number,
      number,
    ];
    await writeInBulk(sql, async (sql) => {
      if (!unowned) await addAccounts(sql, before + 1, after);
      await sql.unsafe(`
        insert into public.vision_board_jobs (user_id, email, ${FINISHED_COLUMNS})
        select ${unowned ? "null, 'guest' || g || '@example.com'" : "a.id, a.email"},
          ${finished(unowned ? "guest-" : "bulk-")}
        from (select g, g as t from generate_series(${first + 1}, ${last}) as g)
          ${unowned ? "" : `join bench.accounts as a on a.n = 1 + (g::bigint * 7919) % ${after}`}`);
    });
  }
  bench.steps.begin("Vacuum, analyze, checkpoint");
  await sql`vacuum analyze`;
  await sql`checkpoint`;
  bench.steps.done();
}

/** Adds accounts with a confirmed address, numbered in `bench.accounts`. */
export async function addAccounts(sql: Sql | TransactionSql, first: number, last: number) {
  await sql`
    insert into bench.accounts
    select n, gen_random_uuid(), 'account' || n || '@example.com'
    from generate_series(${first}::integer, ${last}::integer) as n`;
  await sql`
    insert into auth.users (id, email, aud, role, email_confirmed_at)
    select id, email, 'authenticated', 'authenticated', now()
    from bench.accounts where n between ${first} and ${last}`;
}

/** Gives a person rows number `from` to `to`, with all triggers, spread over as many as the bulk has. */
export async function giveRows(
  sql: Sql,
  { id, email }: { id: string; email: string },
  { from, to, among }: { from: number; to: number; among: number },
) {
  await sql.unsafe(`
    insert into public.vision_board_jobs (user_id, email, ${FINISHED_COLUMNS})
    select '${id}', '${email}', ${finished(`${id}-`)}
    from (select g, g * (${among} / ${to}) as t from generate_series(${from + 1}, ${to}) as g)`);
}

/** Adds jobs that the sweep has to help: in the outbox, of dead workers, and expired. */
export async function addHelpless(
  sql: Sql,
  { outbox, dead = 0, expired = 0 }: { outbox: number; dead?: number; expired?: number },
) {
  const ago = "now() - interval '5 minutes'";
  await writeInBulk(sql, async (sql) => {
    const add = (count: number, columns: string, values: string) =>
      sql.unsafe(`
        insert into public.vision_board_jobs (user_id, email, goals, created_at, ${columns})
        select a.id, a.email, '["Learn to swim"]', ${ago}, ${values}
        from generate_series(1, ${count}) as g
          join bench.accounts as a on a.n = 1 + g % (select count(*) from bench.accounts)`);
    await add(outbox, "status", "'pending'");
    await add(
      dead,
      "status, attempts, dispatch_count, dispatched_at, started_at, lease_token, lease_expires_at",
      `'processing', 1, 1, ${ago}, ${ago}, gen_random_uuid(), ${ago}`,
    );
    await add(expired, "status, image_url, expires_at", `'complete', 'https://local/', ${ago}`);
  });
}

/**
 * The table of the seed document beside ours, under another name, with the lines that it has as comments:
 * its column user_id, and its policies.
 */
export async function createSeedTable(sql: Sql): Promise<void> {
  const schema = await Deno.readTextFile(new URL("seed_schema.sql", import.meta.url));
  const optional = /^( *)-- ?(?=(user_id|ALTER TABLE|CREATE POLICY| {2}(ON|FOR|USING)) )/gm;
  const renamed = schema.replaceAll("vision_board_jobs", SEED.replace("public.", ""));
  await sql.unsafe(renamed.replaceAll(optional, "$1")).simple();
}

/** What our table has and the seed's does not yet. */
export async function copyToSeed(sql: Sql, bench: Bench): Promise<void> {
  bench.steps.begin("Copying the rows to the seed's table");
  const columns = `id, created_at, updated_at, email, name, rank_tag, status, goals, image_url,
    image_storage_path, error_message, qstash_message_id, user_id, expires_at`;
  await sql.unsafe(`
    insert into ${SEED} (${columns})
    select ${columns} from public.vision_board_jobs on conflict (id) do nothing`);
  await sql.unsafe(`vacuum analyze ${SEED}`);
  bench.steps.done();
}
