/** The local stack after the loss of its connections: the driver alone does not get over it. */
import { assertEquals, assertGreater } from "@std/assert";
import postgres from "postgres";
import { startStack } from "../../tools/local-stack/stack.ts";
import { crashPostgres, restartPostgres } from "../faults/support/postgres_crash.ts";
import { until, withStack } from "./stack_support.ts";

const NOTES =
  "create table public.notes (id integer generated always as identity primary key, body text);";

Deno.test("after Postgres was killed amid requests, every request is answered again", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vision-board-restart-" });
  await Deno.chmod(dir, 0o755);
  const stack = await startStack({ api: 0, db: 0, qstash: 0, dir: `${dir}/stack`, onLog() {} });
  const { SUPABASE_URL, SUPABASE_SECRET_KEY: key, DATABASE_URL } = stack.env;
  /** The status; 0 if none came in time, as one of a connection that is dead never does. */
  const ask = (ms = 3_000) =>
    fetch(`${SUPABASE_URL}/rest/v1/rpc/list_removable_vision_boards`, {
      method: "POST",
      headers: { apikey: key, authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(ms),
    }).then(async (answer) => (await answer.text(), answer.status), () => 0);
  let hurrying = true;
  const crowd = Promise.all(Array.from({ length: 25 }, async () => {
    while (hurrying) await ask();
  }));
  const revived = [];
  try {
    for (let round = 0; round < 3; round++) {
      const sql = postgres(DATABASE_URL, { max: 1, onnotice() {} });
      await crashPostgres(sql);
      revived.push(await restartPostgres(`${dir}/stack`, DATABASE_URL));
      while (await ask() !== 200); // until it has noticed
    }
    hurrying = false;
    await crowd;
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(30_000)));
    assertEquals(answers.filter((status) => status !== 200), []);
    const sql = postgres(DATABASE_URL, { max: 1, onnotice() {} });
    const [pool] = await sql`select count(*)::int from pg_stat_activity
      where backend_type = 'client backend' and query <> ''`;
    await sql.end();
    assertGreater(pool!.count, 10, "of 20 connections; of the driver alone one was left");
  } finally {
    hurrying = false;
    await stack.stop();
    for (const server of revived) await server.stop();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("connections that the server ends amid requests do not end the stack", async () => {
  await withStack({ "migrations/1_notes.sql": NOTES }, async (stack) => {
    const { SUPABASE_URL, SUPABASE_SECRET_KEY: apikey, DATABASE_URL } = stack.env;
    const ask = () =>
      fetch(`${SUPABASE_URL}/rest/v1/notes`, {
        method: "POST",
        headers: { apikey, "content-type": "application/json" },
        body: '{"body":"a"}',
        signal: AbortSignal.timeout(5_000),
      }).then(async (answer) => (await answer.text(), answer.status), () => 0);
    const answers: number[] = [];
    let hurrying = true;
    const crowd = Promise.all(Array.from({ length: 25 }, async () => {
      while (hurrying) answers.push(await ask());
    }));
    const sql = postgres(DATABASE_URL, { max: 1, onnotice() {} });
    for (let round = 0; round < 5; round++) {
      const before = answers.length;
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`;
      await until("it answers again", async () => answers.length > before && await ask() === 201);
    }
    await sql`select pg_terminate_backend(min(pid)) from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    hurrying = false;
    await crowd;
    await sql.end();
    assertEquals(answers.filter((status) => ![201, 500, 503].includes(status)), []);
    assertEquals(await ask(), 201);
  });
});
