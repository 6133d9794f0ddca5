/** Direct reads as frontends and operators write them. Who may do what, cell by cell: tests/attack/rights_test.ts. */
import { assertEquals } from "@std/assert";
import { type Person, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack();

test("the direct read of the contract gives a person's boards, newest first", async () => {
  const ava = await stack().person();
  const first = await stack().row({ user_id: ava.id, created_at: "2026-01-01T00:00:00Z" });
  const second = await stack().row({ user_id: ava.id, created_at: "2026-02-01T00:00:00Z" });
  const { data } = await ava.supabase.from("vision_board_jobs").select().order("created_at", {
    ascending: false,
  });
  assertEquals(data?.map((row) => row.id), [second.id, first.id]);
});

test("the example queries of the schema's first draft still run as the service role", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const jobs = () => stack().service.from("vision_board_jobs");
  const { data: created } = await jobs().insert({
    email,
    goals: ["Goal 1", "Goal 2"],
    status: "pending",
  }).select("id").single();
  const now = new Date().toISOString();
  assertEquals(
    (await jobs().update({ status: "processing", updated_at: now }).eq("id", created!.id)).error,
    null,
  );
  const done = {
    status: "complete",
    image_url: "https://storage.url/path/to/image.png",
    updated_at: now,
  };
  assertEquals((await jobs().update(done).eq("id", created!.id)).error, null);
  const { data } = await jobs().select().eq("email", email).eq("status", "complete").order(
    "created_at",
    { ascending: false },
  );
  assertEquals(data?.map((row) => row.id), [created!.id]);
});

test("two people work at once and never see each other's boards", async () => {
  const people: Person[] = [await stack().person(), await stack().person()];
  const jobs = await Promise.all(
    people.map(async (person, i) =>
      (await person.create({ goals: [`Goal of person ${i}`] })).json()
    ),
  );
  await Promise.all(
    jobs.map(({ id }) => until(async () => (await stack().read(id))?.status === "complete")),
  );
  for (const [i, person] of people.entries()) {
    const { data } = await person.supabase.from("vision_board_jobs").select();
    assertEquals(data?.map((row) => [row.id, row.goals]), [[jobs[i].id, [`Goal of person ${i}`]]]);
  }
});
