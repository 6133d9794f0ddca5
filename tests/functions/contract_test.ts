/** What contract.ts says holds for the database and for create-job's answers. */
import { assertEquals } from "@std/assert";
import {
  BOARDS_BUCKET,
  type ErrorCode,
  LIMITS,
  STATUSES,
  THEMES,
} from "../../supabase/functions/_shared/contract.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { refusal } from "../support/refusal.ts";
import { test, useStack } from "../support/test_stack.ts";

const stack = useStack();

/** Whether the database takes a job with these columns. */
async function accepts(columns: Record<string, unknown>): Promise<boolean> {
  try {
    await stack().sql`insert into public.vision_board_jobs ${
      stack().sql({ goals: ["Run"], ...columns })
    }`;
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "23514") return false; // check_violation
    throw error;
  }
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
    const [check] = await stack().sql`
      select pg_get_constraintdef(oid) as definition from pg_constraint
      where conname = ${`vision_board_jobs_${column}_check`}`;
    const inDatabase = [...check!.definition.matchAll(/'(\w+)'/g)].map(([, value]) => value);
    assertEquals(inDatabase, [...values]);
  });
}

test("the bucket of the contract is there, and private", async () => {
  const buckets = await stack().sql`select public from storage.buckets where id = ${BOARDS_BUCKET}`;
  assertEquals([...buckets], [{ public: false }]);
});

test("create-job's errors come with the statuses of the contract", async () => {
  const ava = await stack().person();
  const headers = { authorization: `Bearer ${ava.token}` };
  const idempotency_key = crypto.randomUUID();
  assertEquals((await ava.create({ goals: ["Run"], idempotency_key })).status, 202);
  const jwks = await fetch(`${stack().env.SUPABASE_URL}/auth/v1/.well-known/jwks.json`);
  const unreachable = { SUPABASE_URL: "http://127.0.0.1:9", SUPABASE_JWKS: await jwks.text() };

  const goals = JSON.stringify({ goals: ["Run"] });
  const cases: [number, ErrorCode, RequestInit, Record<string, string>?][] = [
    [400, "invalid_json", { body: "{" }],
    [400, "validation_failed", { body: "{}" }],
    [401, "unauthorized", { body: goals, headers: {} }],
    [405, "method_not_allowed", { method: "PUT" }],
    [413, "body_too_large", { body: " ".repeat(LIMITS.body + 1) }],
    [422, "idempotency_key_reused", { body: JSON.stringify({ goals: ["Swim"], idempotency_key }) }],
    [429, "too_many_active_jobs", { body: goals }, { MAX_ACTIVE_JOBS: "0" }],
    [429, "daily_limit_reached", { body: goals }, { MAX_DAILY_JOBS: "0" }],
    [503, "unavailable", { body: goals }, unreachable],
  ];
  for (const [status, code, request, variables] of cases) {
    const handle = createJob(stack().deps(variables));
    const response = await handle(
      new Request("http://functions/", { method: "POST", headers, ...request }),
    );
    await refusal(response, status, code, code);
    const seconds = Number(response.headers.get("retry-after"));
    assertEquals(seconds > 0, status === 429 || status === 503, `Retry-After of ${code}`);
  }
});
