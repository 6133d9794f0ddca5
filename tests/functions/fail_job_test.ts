import { assertEquals } from "@std/assert";
import { test, useStack } from "../support/rig.ts";

const rig = useStack();
const callback = (jobId: string) => ({
  status: 500,
  retried: 3,
  sourceMessageId: "msg_1",
  sourceBody: btoa(JSON.stringify({ job_id: jobId })),
});
const claim = (id: string) =>
  rig().service.rpc("claim_vision_board_job", { p_job_id: id, p_lease_seconds: 60 });

test("a job whose deliveries all failed ends as failed, with a word for the person", async () => {
  const [waiting, running] = [await rig().row(), await rig().row()];
  await claim(running.id);
  for (const { id } of [waiting, running]) {
    const response = await rig().deliver("fail-job", callback(id));
    assertEquals([response.status, (await response.json()).status], [200, "failed"]);
    const row = (await rig().read(id))!;
    assertEquals([row.status, row.error_code, row.lease_token], [
      "failed",
      "attempts_exhausted",
      null,
    ]);
    assertEquals(typeof row.error_message, "string");
  }
});

test("a job that has ended stays as it ended", async () => {
  const { id } = await rig().row();
  await rig().deliver("process-job", { job_id: id });
  const before = await rig().read(id);
  const response = await rig().deliver("fail-job", callback(id));
  assertEquals([response.status, (await response.json()).status], [200, "complete"]);
  assertEquals(await rig().read(id), before);
});

test("the end of an old dispatch does not end the job that a newer one carries on", async () => {
  const { id } = await rig().row({ dispatch_count: 2, qstash_message_id: "msg_2" });
  const of = (sourceMessageId: string) => ({ ...callback(id), sourceMessageId });
  const old = await rig().deliver("fail-job", of("msg_1"));
  assertEquals([old.status, (await old.json()).status], [200, "pending"]);
  const last = await rig().deliver("fail-job", of("msg_2"));
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
    const response = await rig().deliver("fail-job", body);
    assertEquals([response.status, (await response.json()).status], [200, "ignored"]);
  }
  const gone = await rig().deliver("fail-job", callback(crypto.randomUUID()));
  assertEquals((await gone.json()).status, "gone");
});

test("without QStash's signature for this function nothing ends", async () => {
  const { id } = await rig().row();
  const url = rig().functionUrl("process-job");
  assertEquals((await rig().deliver("fail-job", callback(id), { url })).status, 401);
  assertEquals((await rig().deliver("fail-job", callback(id), { key: "sig_other" })).status, 401);
  assertEquals((await rig().post("fail-job", JSON.stringify(callback(id)))).status, 401);
  assertEquals((await rig().read(id))!.status, "pending");
});
