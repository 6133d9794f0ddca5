/**
 * Random sequences of what can happen to jobs, on Postgres and on a model of the lifecycle at once
 * (model/lifecycle.ts). After each step the database's answer and all that its tables hold must be the
 * model's. A failure names its seed and path, and the shortest sequence that fast-check found:
 * `SEED=<seed> REPLAY=<path>` runs that one again.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Database, startDatabase } from "../../tools/local-stack/supabase/provision.ts";
import { many, report, seed } from "../support/campaign.ts";
import { Connection } from "./model/database.ts";
import { sequences } from "./model/operations.ts";
import { play } from "./model/play.ts";
import { Reached } from "./model/reached.ts";

const path = Deno.env.get("REPLAY");
/** So many sequences at once: while one waits for the database, another one's answer is compared. */
const lanes = path === undefined ? 4 : 1;
let database: Database;

Deno.test.beforeAll(async () => {
  database = await startDatabase();
});
Deno.test.afterAll(async () => await database.stop());

const reached = new Reached();

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
  name: "every case of every step was among them",
  ignore: path !== undefined,
  async fn() {
    await report("model", reached.table());
    assertEquals(reached.missing(), []);
  },
});

/** The seed of the lane that failed: while it looks for a shorter sequence, the others stop. */
let failing: number | undefined;

async function run(seed: number) {
  const connection = await Connection.open(database.url);
  const property = fc.asyncProperty(sequences, async (operations) => {
    if (failing !== undefined && failing !== seed) return;
    try {
      await connection.rolledBack((jobs) => play(operations, jobs, reached));
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
