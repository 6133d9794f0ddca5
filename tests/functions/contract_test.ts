/** The database keeps the limits, statuses and themes of contract.ts: all of them, and no others. */
import { assertEquals } from "@std/assert";
import postgres, { type Sql } from "postgres";
import {
  BOARDS_BUCKET,
  LIMITS,
  STATUSES,
  THEMES,
} from "../../supabase/functions/_shared/contract.ts";
import { type Database, startDatabase } from "../../tools/local-stack/supabase/provision.ts";

let database: Database;
let sql: Sql;
Deno.test.beforeAll(async () => {
  database = await startDatabase();
  sql = postgres(database.url, { max: 1 });
});
Deno.test.afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

/** Whether the database takes a job with these columns. */
async function accepts(columns: Record<string, unknown>): Promise<boolean> {
  try {
    await sql`insert into public.vision_board_jobs ${sql({ goals: ["Run"], ...columns })}`;
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "23514") return false; // check_violation
    throw error;
  }
}

function test(name: string, fn: () => Promise<void>) {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

const { body: _, ...limits } = LIMITS;
for (const [limit, most] of Object.entries(limits)) {
  const job = (length: number) =>
    limit === "goals"
      ? { goals: Array(length).fill("Run") }
      : limit === "goal"
      ? { goals: ["x".repeat(length)] }
      : { [limit]: "x".repeat(length) };
  test(`the database's limit of ${limit} is the contract's`, async () => {
    assertEquals([await accepts(job(most)), await accepts(job(most + 1))], [true, false]);
  });
}

for (const [column, values] of [["status", STATUSES], ["theme", THEMES]] as const) {
  test(`the database's values of ${column} are the contract's`, async () => {
    const [check] = await sql`
      select pg_get_constraintdef(oid) as definition from pg_constraint
      where conname = ${`vision_board_jobs_${column}_check`}`;
    const inDatabase = [...check!.definition.matchAll(/'(\w+)'/g)].map(([, value]) => value);
    assertEquals(inDatabase, [...values]);
  });
}

test("the database's bucket of boards is the contract's", async () => {
  assertEquals([...await sql`select id, public from storage.buckets`], [
    { id: BOARDS_BUCKET, public: false },
  ]);
});
