/** Limits against requesters who ask for everything at once. The queue keeps silent: jobs stay active. */
import { assert, assertEquals } from "@std/assert";
import postgres from "postgres";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { test, until, useStack } from "../support/test_stack.ts";

const stack = useStack();
const queue = () => ({
  publish: () => Promise.resolve("none"),
  holds: () => Promise.resolve(true),
});
/** A person, or the address of a guest. */
type Requester = { email: string; token?: string };

/** create-job with these limits. Answers with `accepted` or the code of the error. */
function createWith(limits: { active?: number; daily?: number }) {
  const env = {
    ALLOW_GUESTS: "true",
    MAX_ACTIVE_JOBS: String(limits.active ?? 1000),
    MAX_DAILY_JOBS: String(limits.daily ?? 1000),
  };
  const handle = createJob({ ...stack().deps(env), queue });
  return async (who: Requester): Promise<string> => {
    const headers: Record<string, string> = { apikey: stack().env.SUPABASE_PUBLISHABLE_KEY };
    if (who.token) headers.authorization = `Bearer ${who.token}`;
    const body = JSON.stringify({ goals: ["Run a marathon"], email: who.email });
    const response = await handle(
      new Request("http://functions/create-job", { method: "POST", headers, body }),
    );
    const { code = "accepted" } = await response.json();
    assertEquals(response.status, code === "accepted" ? 202 : 429, code);
    if (code !== "accepted") assert(Number(response.headers.get("retry-after")) > 0);
    return code;
  };
}

/** How many of each. */
function count(answers: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}
const repeat = <T>(times: number, make: (i: number) => T): T[] =>
  Array.from({ length: times }, (_, i) => make(i));
const newAddress = () => `ava.${crypto.randomUUID()}@example.com`;

/** The limit of running jobs and the daily limit, each at three. */
const three = [
  { active: 3, daily: 1000, code: "too_many_active_jobs" },
  { active: 1000, daily: 3, code: "daily_limit_reached" },
];

test("of thirty at once against a limit of three, three are accepted, whatever others do", async () => {
  for (const { code, ...limits } of three) {
    const create = createWith(limits);
    const people = await Promise.all(repeat(4, () => stack().person()));
    const email = newAddress();
    // one guest who writes the address in thirty ways
    const spellings = repeat(
      30,
      (i) =>
        [...email].map((letter, at) => (at + i) % (i % 7 + 2) === 0 ? letter.toUpperCase() : letter)
          .join(""),
    );
    assert(new Set(spellings).size > 20);
    const answers = await Promise.all([
      ...people.map((person) => Promise.all(repeat(30, () => create(person)))),
      Promise.all(spellings.map((email) => create({ email }))),
    ]);
    for (const own of answers) assertEquals(count(own), { accepted: 3, [code]: 27 });
    assertEquals(await create(people[0]!), code);
    assertEquals(await create({ email: ` ${email}\t` }), code);
    assertEquals(await create({ email: email.replace("@", "+1@") }), "accepted");
  }
});

test("over thirty connections that write at the same moment, three are accepted", async () => {
  for (const { active, daily, code } of three) {
    const ava = await stack().person();
    const connections = postgres(stack().env.DATABASE_URL, {
      max: 30,
      connection: { application_name: "limits" },
    });
    try {
      let answers: Promise<string[]>;
      await stack().sql.begin(async (transaction) => {
        // lets everybody read and nobody write
        await transaction`lock table public.vision_board_jobs in share mode`;
        answers = Promise.all(repeat(30, async () => {
          const [row] = await connections`
            select outcome from public.create_vision_board_job(
              ${ava.id}, null, '["a"]', null, null, 'light', null, ${active}, ${daily}, 30)`;
          return row!.outcome as string;
        }));
        await until(async () =>
          (await stack().sql`select from pg_stat_activity
            where application_name = 'limits' and wait_event_type = 'Lock'`).length === 30
        );
      });
      assertEquals(count(await answers!), { created: 3, [code]: 27 });
    } finally {
      await connections.end();
    }
  }
});

test("a guest's limits are apart from those of the account that gets the board", async () => {
  const email = newAddress();
  const create = createWith({ active: 2, daily: 2 });
  assertEquals(count(await Promise.all(repeat(5, () => create({ email })))).accepted, 2);
  const ava = await stack().person(email);
  assertEquals((await ava.supabase.from("vision_board_jobs").select("id")).data?.length, 2);
  assertEquals(count(await Promise.all(repeat(5, () => create(ava)))).accepted, 2);
  assertEquals(await create({ email }), "too_many_active_jobs");
});

test("a limit of zero lets nobody in", async () => {
  for (const who of [await stack().person(), { email: newAddress() }]) {
    assertEquals(await createWith({ active: 0 })(who), "too_many_active_jobs");
    assertEquals(await createWith({ daily: 0 })(who), "daily_limit_reached");
    assertEquals(await createWith({ active: 1, daily: 1 })(who), "accepted");
    assertEquals(await createWith({ active: 1, daily: 1 })(who), "too_many_active_jobs");
  }
});
