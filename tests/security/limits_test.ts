/** Limits against people who ask for everything at once. A queue that keeps silent leaves accepted jobs active. */
import { assert, assertEquals } from "@std/assert";
import postgres from "postgres";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { test, until, useStack } from "../support/test_stack.ts";

const stack = useStack();
const goals = ["Run a marathon"];
const silent = () => ({
  publish: () => Promise.resolve("none"),
  holds: () => Promise.resolve(true),
});

/** create-job with these limits, asked by a person, or by a guest with this address. */
function asking(limits: { active?: number; daily?: number }) {
  const handle = createJob(
    stack().deps({
      ALLOW_GUESTS: "true",
      MAX_ACTIVE_JOBS: String(limits.active ?? 1000),
      MAX_DAILY_JOBS: String(limits.daily ?? 1000),
    }),
    silent,
  );
  return async (who: { token: string } | { email: string }): Promise<string> => {
    const headers: Record<string, string> = { apikey: stack().env.SUPABASE_PUBLISHABLE_KEY };
    if ("token" in who) headers.authorization = `Bearer ${who.token}`;
    const body = JSON.stringify({ goals, ..."email" in who && { email: who.email } });
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
function tally(answers: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Thirty requests at once, by create-job. */
const thirty = (code: string, active: number, daily: number) => async () => {
  const ava = await stack().person();
  const ask = asking({ active, daily });
  assertEquals(tally(await Promise.all(times(30, () => ask(ava)))), { accepted: 3, [code]: 27 });
  assertEquals(await ask(ava), code);
};

/** Thirty over as many connections, all of which have come before any can write. */
const thirtyConnections = (code: string, active: number, daily: number) => async () => {
  const ava = await stack().person();
  const connections = postgres(stack().env.DATABASE_URL, {
    max: 30,
    connection: { application_name: "quota" },
  });
  try {
    let answers: Promise<string[]>;
    await stack().sql.begin(async (transaction) => {
      // lets everybody read and nobody write
      await transaction`lock table public.vision_board_jobs in share mode`;
      answers = Promise.all(times(30, async () => {
        const [row] = await connections`
          select outcome from public.create_vision_board_job(
            ${ava.id}, null, '["a"]', null, null, 'light', null, ${active}, ${daily}, 30)`;
        return row!.outcome as string;
      }));
      await until(async () =>
        (await stack().sql`select from pg_stat_activity
          where application_name = 'quota' and wait_event_type = 'Lock'`).length === 30
      );
    });
    assertEquals(tally(await answers!), { created: 3, [code]: 27 });
  } finally {
    await connections.end();
  }
};

test(
  "of thirty at once against a limit of three running jobs, three are accepted",
  thirty("too_many_active_jobs", 3, 1000),
);
test(
  "of thirty at once against a limit of three jobs a day, three are accepted",
  thirty("daily_limit_reached", 1000, 3),
);
test(
  "over thirty connections, three against a limit of three running jobs",
  thirtyConnections("too_many_active_jobs", 3, 1000),
);
test(
  "over thirty connections, three against a limit of three jobs a day",
  thirtyConnections("daily_limit_reached", 1000, 3),
);

test("deleting boards gives back no day's limit, however they are deleted", async () => {
  const ava = await stack().person();
  const ask = asking({ daily: 3 });
  assertEquals(await ask(ava), "accepted");
  await ava.supabase.from("vision_board_jobs").delete().eq("user_id", ava.id);
  assertEquals(await ask(ava), "accepted");
  await stack().service.from("vision_board_jobs").delete().eq("user_id", ava.id);
  assertEquals(await ask(ava), "accepted");
  await stack().service.from("vision_board_jobs").update({ expires_at: "2020-01-01T00:00:00Z" })
    .eq("user_id", ava.id);
  await stack().sweep();
  assertEquals(
    (await stack().sql`select from public.vision_board_jobs where user_id = ${ava.id}`).length,
    0,
  );
  assertEquals(await ask(ava), "daily_limit_reached");
});

test("the ways to write a guest's address share its limits; other addresses have their own", async () => {
  const email = `ava.${crypto.randomUUID()}@example.com`;
  const variants = times(
    30,
    (i) =>
      [...email].map((letter, at) => (at + i) % (i % 7 + 2) === 0 ? letter.toUpperCase() : letter)
        .join(""),
  );
  assert(new Set(variants).size > 20);
  const ask = asking({ active: 3 });
  const answers = await Promise.all(variants.map((variant) => ask({ email: variant })));
  assertEquals(tally(answers), { accepted: 3, too_many_active_jobs: 27 });
  assertEquals(await ask({ email: ` ${email}\t` }), "too_many_active_jobs");
  assertEquals(await ask({ email: email.replace("@", "+1@") }), "accepted");
});

test("guests who use up an address's limits leave its account's alone, also after the hand-over", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const ask = asking({ active: 2, daily: 2 });
  assertEquals(tally(await Promise.all(times(5, () => ask({ email })))).accepted, 2);
  const ava = await stack().person(email);
  const { data } = await ava.supabase.from("vision_board_jobs").select("id");
  assertEquals(data?.length, 2);
  assertEquals(tally(await Promise.all(times(5, () => ask(ava)))).accepted, 2);
  assertEquals(await ask({ email }), "too_many_active_jobs");
});

test("each of eight people who ask at once gets three, whatever the others do", async () => {
  const people = await Promise.all(times(8, () => stack().person()));
  const ask = asking({ active: 3 });
  const answers = await Promise.all(
    people.map((person) => Promise.all(times(5, () => ask(person)))),
  );
  for (const each of answers) assertEquals(tally(each), { accepted: 3, too_many_active_jobs: 2 });
});

test("a limit of none lets nobody in, and who signs up anew starts with nothing used", async () => {
  const ava = await stack().person();
  const guest = { email: `${crypto.randomUUID()}@example.com` };
  for (const who of [ava, guest]) {
    assertEquals(await asking({ active: 0 })(who), "too_many_active_jobs");
    assertEquals(await asking({ daily: 0 })(who), "daily_limit_reached");
    assertEquals(await asking({ active: 1, daily: 1 })(who), "accepted");
    assertEquals(await asking({ active: 1, daily: 1 })(who), "too_many_active_jobs");
  }
});
