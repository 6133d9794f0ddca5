/** Schedules of the local QStash, and the cron expressions that they have. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readCron } from "../../tools/local-stack/qstash/schedules.ts";
import { testQStash } from "./qstash_helpers.ts";

testQStash("a schedule is created, shown, replaced and deleted", async (setup) => {
  const { client, destination, api } = setup;
  const { scheduleId } = await client.schedules.create({
    destination: destination.url,
    cron: "0 9 * * *",
    body: "good morning",
    retries: 1,
  });
  const schedule = await client.schedules.get(scheduleId);
  assertEquals([schedule.cron, schedule.destination], ["0 9 * * *", destination.url]);
  assertEquals([schedule.body, schedule.retries, schedule.isPaused], ["good morning", 1, false]);
  assert((schedule.nextScheduleTime ?? 0) > Date.now());

  const named = { destination: destination.url, cron: "* * * * *", scheduleId: "sweep" };
  assertEquals(await client.schedules.create(named), { scheduleId: "sweep" });
  await client.schedules.create({ ...named, cron: "0 0 1 1 *" });
  const crons = (await client.schedules.list()).map(({ cron }) => cron);
  assertEquals(crons, ["0 9 * * *", "0 0 1 1 *"]);
  await client.schedules.delete("sweep");
  const gone = await api("GET", "/v2/schedules/sweep");
  assertEquals(gone, { status: 404, json: { error: "schedule sweep not found" } });
});

testQStash("a schedule without a good cron expression or id is refused", async (setup) => {
  const wrong: Record<string, string>[] = [
    {},
    { "Upstash-Cron": "61 * * * *" },
    { "Upstash-Cron": "* * * * *", "Upstash-Schedule-Id": "a/b" },
  ];
  for (const headers of wrong) {
    const path = `/v2/schedules/${setup.destination.url}`;
    assertEquals((await setup.api("POST", path, { headers })).status, 400);
  }
});

// The clock is 100 ms before a full minute when it is first looked at.
let shift: number | undefined;
testQStash("a schedule fires when its minute comes, and waits for the next", async (setup) => {
  const { client, destination } = setup;
  const schedule = { destination: destination.url, cron: "* * * * *", scheduleId: "sweep" };
  await client.schedules.create({ ...schedule, body: "tick" });
  await destination.received(1);
  assertEquals(destination.bodies, ["tick"]);
  assertEquals(destination.header("Upstash-Schedule-Id"), ["sweep"]);
  const { nextScheduleTime } = await client.schedules.get("sweep");
  assertEquals(nextScheduleTime, Date.UTC(2026, 0, 1, 12, 1));
}, { now: () => Date.now() + (shift ??= Date.UTC(2026, 0, 1, 11, 59, 59, 900) - Date.now()) });

testQStash("runSchedule fires a schedule at once", async ({ qstash, client, destination }) => {
  const schedule = { destination: destination.url, cron: "0 0 1 1 *", scheduleId: "sweep" };
  await client.schedules.create({ ...schedule, headers: { "X-Job": "7" } });
  await qstash.runSchedule("sweep");
  await qstash.runSchedule("sweep");
  await qstash.idle();
  assertEquals(destination.header("Upstash-Schedule-Id"), ["sweep", "sweep"]);
  assertEquals(destination.header("X-Job"), ["7", "7"]);
  assertEquals(new Set(destination.header("Upstash-Message-Id")).size, 2);
  await assertRejects(() => qstash.runSchedule("unknown"), Error, "not found");
});

let shiftOfPaused: number | undefined;
testQStash("a paused schedule is silent until it is resumed", async (setup) => {
  const { qstash, client, destination } = setup;
  const schedule = { destination: destination.url, cron: "* * * * *", scheduleId: "sweep" };
  await client.schedules.create({ ...schedule, body: "paused" });
  await client.schedules.pause({ schedule: "sweep" });
  assertEquals((await client.schedules.get("sweep")).isPaused, true);
  // a second one, made later for the same minute, fires after the first would have
  await client.schedules.create({ ...schedule, scheduleId: "other", body: "other" });
  await destination.received(1);
  await qstash.idle();
  assertEquals(destination.bodies, ["other"]);
  await client.schedules.resume({ schedule: "sweep" });
  assertEquals((await client.schedules.get("sweep")).isPaused, false);
}, {
  now: () => Date.now() + (shiftOfPaused ??= Date.UTC(2026, 0, 1, 11, 59, 59, 800) - Date.now()),
});

Deno.test("a cron expression is read in UTC, and either day suffices", () => {
  const next = (cron: string) => readCron(cron).nextRun(new Date("2026-01-01T00:00:59Z"));
  assertEquals(next("* * * * *")?.toISOString(), "2026-01-01T00:01:00.000Z");
  assertEquals(next("0 9 * * *")?.toISOString(), "2026-01-01T09:00:00.000Z");
  assertEquals(next("0 0 13 * 5")?.toISOString(), "2026-01-02T00:00:00.000Z");
});

Deno.test("a cron expression that is wrong or never comes is refused", () => {
  for (const cron of ["", "* * * *", "* * * * * *", "60 * * * *", "0 0 30 2 *", "a * * * *"]) {
    assertThrows(() => readCron(cron), Error, "invalid cron expression");
  }
});
