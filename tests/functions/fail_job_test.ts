import { assertEquals } from "@std/assert";
import { test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const callback = (jobId: string) => ({
  status: 500,
  retried: 3,
  sourceMessageId: "msg_1",
  sourceBody: btoa(JSON.stringify({ job_id: jobId })),
});
const claim = (id: string) =>
  stack().service.rpc("claim_vision_board_job", { p_job_id: id, p_lease_seconds: 60 });

test("a job whose deliveries all failed ends as failed, with a word for the person", async () => {
  const [waiting, running] = [await stack().row(), await stack().row()];
  await claim(running.id);
  for (const { id } of [waiting, running]) {
    const response = await stack().deliver("fail-job", callback(id));
    assertEquals([response.status, (await response.json()).status], [200, "failed"]);
    const row = (await stack().read(id))!;
    assertEquals([row.status, row.error_code, row.lease_token], [
      "failed",
      "attempts_exhausted",
      null,
    ]);
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

test("the end of an old dispatch does not end the job that a newer one carries on", async () => {
  const { id } = await stack().row({ dispatch_count: 2, qstash_message_id: "msg_2" });
  const of = (sourceMessageId: string) => ({ ...callback(id), sourceMessageId });
  const old = await stack().deliver("fail-job", of("msg_1"));
  assertEquals([old.status, (await old.json()).status], [200, "pending"]);
  const last = await stack().deliver("fail-job", of("msg_2"));
  assertEquals([last.status, (await last.json()).status], [200, "failed"]);
});

test("a callback about something else is acknowledged and does nothing", async () => {
  const bodies = [
    "",
    "{",
    "[]",
    {},
    { sourceBody: "?" },
    { sourceBody: btoa("{}") },
    callback("7"),
  ];
  for (const body of bodies) {
    const response = await stack().deliver("fail-job", body);
    assertEquals([response.status, (await response.json()).status], [200, "ignored"]);
  }
  const gone = await stack().deliver("fail-job", callback(crypto.randomUUID()));
  assertEquals((await gone.json()).status, "gone");
});

test("without QStash's signature for this function nothing ends", async () => {
  const { id } = await stack().row();
  const url = stack().functionUrl("process-job");
  assertEquals((await stack().deliver("fail-job", callback(id), { url })).status, 401);
  assertEquals((await stack().deliver("fail-job", callback(id), { key: "sig_other" })).status, 401);
  assertEquals((await stack().post("fail-job", JSON.stringify(callback(id)))).status, 401);
  assertEquals((await stack().read(id))!.status, "pending");
});
