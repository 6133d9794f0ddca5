/**
 * Random sequences of what can happen to jobs, on Postgres and on a model of the lifecycle at once
 * (model/lifecycle.ts). After each command the database's answer and its tables must be the model's. A
 * failure names its seed and path, and the shortest sequence that fast-check found; `SEED=<seed>
 * REPLAY=<path>` runs that one again.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Database, startDatabase } from "../../tools/local-stack/supabase/provision.ts";
import { many, report, seed } from "../support/campaign.ts";
import { OutcomeCounts } from "./model/outcomes.ts";
import { sequences } from "./model/random_operations.ts";
import { Connection } from "./model/real_jobs.ts";
import { runSequence } from "./model/run_sequence.ts";

const path = Deno.env.get("REPLAY");
/** How many sequences run at once: while one waits for the database, another's answer is compared. */
const lanes = path === undefined ? 4 : 1;
let database: Database;

Deno.test.beforeAll(async () => {
  database = await startDatabase();
});
Deno.test.afterAll(async () => await database.stop());

const counts = new OutcomeCounts();

Deno.test({
  name: "whatever happens to jobs in whatever order, the database does what the lifecycle says",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const runs = Array.from({ length: lanes }, (_, lane) => run(seed + lane * 1_000_003));
    for (const outcome of await Promise.allSettled(runs)) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
  },
});

Deno.test({
  name: "every outcome of every command was reached",
  ignore: path !== undefined,
  async fn() {
    await report("model", counts.table());
    assertEquals(counts.missing(), []);
  },
});

/** The seed of the lane that failed: while fast-check shortens its sequence, the others stop. */
let failing: number | undefined;

async function run(seed: number) {
  const connection = await Connection.open(database.url);
  const property = fc.asyncProperty(sequences, async (operations) => {
    if (failing !== undefined && failing !== seed) return;
    try {
      await connection.rolledBack((jobs) => runSequence(operations, jobs, counts));
    } catch (error) {
      failing ??= seed;
      throw error;
    }
  });
  try {
    await fc.assert(property, { seed, path, numRuns: many(300, 10_000) / lanes });
  } finally {
    await connection.close();
  }
}
