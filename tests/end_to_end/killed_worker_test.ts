import { assertEquals, assertNotEquals } from "@std/assert";
import { test, until, useStack } from "../support/test_stack.ts";

// in real time: QStash's own retries come after 10 s and later, so that only the sweep can help here
const stack = useStack({ delayFactor: 1 });

test("a worker killed in the middle of a job loses nothing: the sweep revives it", async () => {
  const ava = await stack().person();
  let id = "";
  await stack().whileUploadsHang(async () => {
    ({ id } = await (await ava.create({ goals: ["Climb a mountain"] })).json());
    await until(() => stack().log.find((e) => e.event === "board_drawn" && e.job_id === id));
    const restarted = stack().functions.restarted("process-job");
    stack().functions.kill("process-job", "SIGKILL");
    await restarted;
  });
  const left = (await stack().read(id))!;
  assertEquals([left.status, left.attempts], ["processing", 1]);

  await stack().sweep();
  assertEquals((await stack().read(id))!.status, "processing", "the lease protects it still");
  // what time would do
  await stack()
    .sql`update public.vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = ${id}`;
  assertEquals((await stack().sweep()).dispatched, 1);
  const row = await until(async () => {
    const found = (await stack().read(id))!;
    return found.status === "complete" && found;
  });
  assertEquals([row.attempts, row.dispatch_count], [2, 2]);
  assertNotEquals(row.qstash_message_id, left.qstash_message_id, "by a message of its own");
  assertEquals(
    (await stack().sql`select from storage.objects where name = ${row.image_storage_path}`).length,
    1,
  );
});
