/** A job's life in the database, at an empty table and at a full one, beside other queues in Postgres. */
import { maxAttempts } from "../../supabase/functions/_shared/qstash/publish.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { sampleGoals } from "../commands/lib/samples.ts";
import { type BenchStack, fill, jobsOn, LIMITS, openStack } from "./bench_stack.ts";
import { addAccounts, copyToSeed, createSeedTable, sampleRequest, SEED } from "./bench_stack.ts";
import { type Bench, median, newTable, short, takeTurns, timed } from "./rounds.ts";

/** Sends one job through its life. */
type Way = { runJob(): Promise<void>; close(): Promise<void> };

const WAYS = {
  "ours": openOurs,
  "the seed's way": openSeeds,
  "pg-boss": openPgBoss,
  "graphile-worker": openGraphile,
};
const NOTE = "Columns: connections · rows of our table and the seed's. Ours: create, dispatched, " +
  "claim, complete; the seed's: insert and three updates; pg-boss: send, fetch, complete; " +
  "graphile-worker's SQL: add, take, delete. Ours and the seed's keep their rows, the others do " +
  "not: their tables are as good as empty.";
const LINK = `https://local/storage/v1/object/sign/vision-boards/?token=${"x".repeat(250)}`;

export async function measure(bench: Bench) {
  const stack = await openStack(bench);
  await createSeedTable(stack.sql);
  await addAccounts(stack.sql, -499, 0);
  const ms = newTable("One job's life, p50 in ms", NOTE, "lifecycle_ms");
  const rate = newTable("Jobs a second", NOTE, "lifecycle_rate");
  const wal = newTable("WAL bytes a job", NOTE, "lifecycle_wal");
  for (const rows of [0, bench.rows.at(-1)!]) {
    if (rows > 0) {
      await fill(stack, bench, [0, rows]);
      await copyToSeed(stack.sql, bench);
    }
    for (const connections of bench.connections) {
      const turns = Object.fromEntries(
        Object.entries(WAYS).map(([name, open]) => [
          name,
          async () => takeTurn(stack, bench, await open(stack, connections), connections),
        ]),
      );
      const column = `${connections} · ${short(rows)} rows`;
      await takeTurns(bench, `Connections · rows: ${column}`, turns, {
        ms: [ms, column],
        rate: [rate, column],
        wal: [wal, column],
      });
    }
  }
  return [ms, rate, wal];
}

/** Sends jobs through their life, as many at once as there are connections. */
async function takeTurn({ sql }: BenchStack, { jobs }: Bench, way: Way, connections: number) {
  const times: number[] = [];
  const send = (left: number) =>
    Promise.all(Array.from({ length: connections }, async () => {
      while (left-- > 0) times.push(await timed(way.runJob));
    }));
  const written = async () => {
    const [row] = await sql`select pg_current_wal_insert_lsn() - '0/0' as bytes`;
    return Number(row!.bytes);
  };
  try {
    await send(connections * 8); // connects, and lets Postgres keep plans, which it does at the sixth
    times.length = 0;
    const count = Math.max(jobs, connections * 10);
    const before = await written();
    const seconds = await timed(() => send(count)) / 1000;
    const bytes = await written() - before;
    return { ms: median(times), rate: count / seconds, wal: bytes / count };
  } finally {
    await way.close();
  }
}

/** As the functions call it. */
async function openOurs(stack: BenchStack, connections: number): Promise<Way> {
  const sql = stack.asService(connections);
  const jobs = await jobsOn(sql);
  const request = await sampleRequest();
  const accounts = await stack.sql`select id, email from bench.accounts where n <= 0`;
  let next = 0;
  return {
    runJob: async () => {
      const { id: user_id, email } = accounts[next++ % accounts.length]!;
      const asked = { ...request, idempotency_key: crypto.randomUUID() };
      const job = await jobs.create({ user_id, email }, asked, LIMITS);
      if (job.outcome !== "created") throw new Error(job.outcome);
      const message_id = `msg_${job.id}`;
      await jobs.recordDispatch(job.id, 1, message_id);
      const delivery = { job_id: job.id, message_id, dispatch: 1 };
      const claimed = await jobs.claim(delivery, timing.lease, maxAttempts);
      if (claimed.outcome !== "claimed") throw new Error(claimed.outcome);
      const outcome = await jobs.complete(job.id, claimed.lease_token, claimed.path, LINK);
      if (outcome !== "complete") throw new Error(outcome);
    },
    close: () => sql.end(),
  };
}

/** The example queries of the seed document, and one for the message's id. */
function openSeeds(stack: BenchStack, connections: number): Way {
  const sql = stack.asService(connections);
  const goals = JSON.stringify(sampleGoals);
  let next = 0;
  return {
    runJob: async () => {
      const email = `account${next++ % 500}@example.com`;
      const [row] = await sql`
        insert into ${sql(SEED)} (email, name, rank_tag, goals, status)
        values (${email}, 'Ava', '@ava', ${goals}::text::jsonb, 'pending') returning id`;
      const { id } = row!;
      await sql`update ${sql(SEED)} set qstash_message_id = ${`msg_${id}`}, updated_at = now()
        where id = ${id}`;
      await sql`update ${sql(SEED)} set status = 'processing', updated_at = now() where id = ${id}`;
      await sql`update ${sql(SEED)} set status = 'complete', image_url = ${LINK}, updated_at = now()
        where id = ${id}`;
    },
    close: () => sql.end(),
  };
}

/** Its own way, with its own driver: https://timgit.github.io/pg-boss */
async function openPgBoss({ env }: BenchStack, connections: number): Promise<Way> {
  const { PgBoss } = await import(import.meta.resolve("pg-boss"));
  const options = { max: connections, supervise: false, schedule: false };
  const boss = new PgBoss({ connectionString: env.DATABASE_URL, ...options });
  boss.on("error", console.error);
  await boss.start();
  await boss.createQueue("boards");
  return {
    runJob: async () => {
      await boss.send("boards", { goals: sampleGoals, name: "Ava", rank_tag: "@ava" });
      const [job] = await boss.fetch("boards");
      if (job) await boss.complete("boards", job.id, { url: LINK });
    },
    close: () => boss.stop({ graceful: false }),
  };
}

/** The SQL of its add_job, sql/getJobs.ts and sql/completeJobs.ts, without its pool and its polling. */
async function openGraphile(stack: BenchStack, connections: number): Promise<Way> {
  const { runMigrations, Logger } = await import(import.meta.resolve("graphile-worker"));
  const logger = new Logger(() => () => {});
  await runMigrations({ connectionString: stack.env.DATABASE_URL, logger });
  const sql = stack.asSuperuser(connections);
  const payload = JSON.stringify({ goals: sampleGoals, name: "Ava", rank_tag: "@ava" });
  return {
    runJob: async () => {
      await sql`select id from graphile_worker.add_job('board'::text, ${payload}::text::json)`;
      const [job] = await sql`
        with j as (
          select jobs.job_queue_id, jobs.priority, jobs.run_at, jobs.id
          from graphile_worker._private_jobs as jobs
          where jobs.is_available = true and run_at <= now()
            and (jobs.job_queue_id is null or jobs.job_queue_id in (
              select id from graphile_worker._private_job_queues as job_queues
              where job_queues.is_available = true for update skip locked))
          order by priority asc, run_at asc limit 1 for update skip locked
        ), q as (
          update graphile_worker._private_job_queues as job_queues
          set locked_by = 'bench', locked_at = now() from j where job_queues.id = j.job_queue_id
        )
        update graphile_worker._private_jobs as jobs
        set attempts = jobs.attempts + 1, locked_by = 'bench', locked_at = now()
        from j where jobs.id = j.id returning *`;
      if (job) await sql`delete from graphile_worker._private_jobs where id = ${job.id}::bigint`;
    },
    close: () => sql.end(),
  };
}
