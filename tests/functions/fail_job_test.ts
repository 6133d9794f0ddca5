import { assertEquals, assertObjectMatch } from "@std/assert";
import { test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const callback = (jobId: string) => ({
  status: 500,
  retried: 3,
  sourceMessageId: "msg_1",
  sourceBody: btoa(JSON.stringify({ job_id: jobId })),
});

test("a job whose deliveries all failed ends as failed, with a message for the person", async () => {
  const [waiting, running] = [await stack().row(), await stack().row()];
  await stack().claim(running.id);
  for (const { id } of [waiting, running]) {
    const response = await stack().deliver("fail-job", callback(id));
    assertEquals([response.status, (await response.json()).status], [200, "failed"]);
    const row = (await stack().read(id))!;
    assertObjectMatch(row, { status: "failed", error_code: "attempts_exhausted" });
    assertEquals(row.lease_token, null);
    assertEquals(typeof row.error_message, "string");
  }
});

test("a job that has ended stays as it ended", async () => {
  const { id } = await stack().row();
  await stack().deliver("process-job", { job_id: id });
  const before = await stack().read(id);
  const response = await stack().deliver("fail-job", callback(id));
  assertEquals([response.status, (await response.json()).status], [200, "complete"]);
  assertEquals(await stack().read(id), before);
});

test("the failure of an old dispatch does not end a job that has a newer one", async () => {
  const { id } = await stack().row({ dispatch_count: 2, qstash_message_id: "msg_2" });
  const of = (sourceMessageId: string) => ({ ...callback(id), sourceMessageId });
  const old = await stack().deliver("fail-job", of("msg_1"));
  assertEquals([old.status, (await old.json()).status], [200, "pending"]);
  const last = await stack().deliver("fail-job", of("msg_2"));
  assertEquals([last.status, (await last.json()).status], [200, "failed"]);
});

test("a callback about something else is acknowledged and changes nothing", async () => {
  for (const body of ["", "{", "[]", {}, { sourceBody: "?" }, { sourceBody: btoa("{}") }]) {
    const response = await stack().deliver("fail-job", body);
    assertEquals([response.status, (await response.json()).status], [200, "ignored"]);
  }
  const gone = await stack().deliver("fail-job", callback(crypto.randomUUID()));
  assertEquals((await gone.json()).status, "gone");
});

test("when every delivery fails, QStash's callback ends the job after four attempts", async () => {
  await stack().whileUploadsFail(async () => {
    const ava = await stack().person();
    const { id } = await (await ava.create({ goals: ["Paint"] })).json();
    const row = await stack().ended(id);
    assertEquals([row.status, row.error_code, row.attempts], ["failed", "attempts_exhausted", 4]);
  });
});
