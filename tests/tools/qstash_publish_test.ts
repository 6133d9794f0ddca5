/** What the local QStash takes, refuses and shows of messages. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { fail, testQStash } from "./qstash_helpers.ts";

const FAR_AWAY = 86_400;

testQStash("a message can be looked up until it has ended", async (setup) => {
  const { qstash, client, destination, api } = setup;
  const url = `${destination.url}/work`;
  const { messageId } = await client.publishJSON({
    url,
    body: { id: 7 },
    headers: { "X-Job": "7" },
    delay: FAR_AWAY,
    label: "board",
    retryDelay: "1000",
    flowControl: { key: "boards", parallelism: 2 },
    failureCallback: `${destination.url}/failed`,
  });
  const message = await client.messages.get(messageId);
  assertEquals([message.messageId, message.url, message.method], [messageId, url, "POST"]);
  assertEquals([message.body, message.maxRetries], ['{"id":7}', 3]);
  assertEquals(message.header, { "Content-Type": ["application/json"], "X-Job": ["7"] });
  assertEquals([message.label, message.retryDelayExpression], ["board", "1000"]);
  assertEquals([message.flowControlKey, message.parallelism], ["boards", 2]);
  assertEquals(message.failureCallback, `${destination.url}/failed`);
  assertEquals(message.notBefore, message.createdAt + FAR_AWAY * 1_000);
  assertEquals(await client.messages.cancel(messageId), { cancelled: 1 });
  assertEquals((await api("DELETE", `/v2/messages/${messageId}`)).status, 404);

  const delivered = await client.publish({ url });
  await qstash.idle();
  const error = `message ${delivered.messageId} not found`;
  const gone = await api("GET", `/v2/messages/${delivered.messageId}`);
  assertEquals(gone, { status: 404, json: { error } });
});

testQStash("a deduplication id makes one message, even of simultaneous requests", async (setup) => {
  const { qstash, client, destination, api } = setup;
  const request = { url: destination.url, deduplicationId: "job-1" };
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.publish(request)));
  assertEquals(answers.filter(({ deduplicated }) => deduplicated).length, 7);
  assertEquals(new Set(answers.map(({ messageId }) => messageId)).size, 1);
  const headers = { "Upstash-Deduplication-Id": "job-1" };
  assertEquals((await api("POST", `/v2/publish/${destination.url}`, { headers })).status, 202);
  await qstash.idle();
  assertEquals(destination.deliveries.length, 1);
});

testQStash("a deduplication id stays used after a failure and a cancellation", async (setup) => {
  const { qstash, client, destination } = setup;
  const failing = { url: destination.url, retries: 0, deduplicationId: "failing" };
  const cancelled = { url: destination.url, delay: FAR_AWAY, deduplicationId: "cancelled" };
  await client.publish(failing);
  const { messageId } = await client.publish(cancelled);
  await client.messages.cancel(messageId);
  await qstash.idle();
  assertEquals((await client.publish(failing)).deduplicated, true);
  assertEquals((await client.publish(cancelled)).deduplicated, true);
}, { reply: fail() });

let passed = 0;
testQStash("a deduplication id is free again after ten minutes", async (setup) => {
  const { qstash, client, destination } = setup;
  const request = { url: destination.url, deduplicationId: "job-1" };
  const first = await client.publish(request);
  passed = 599_000;
  assertEquals((await client.publish(request)).deduplicated, true);
  passed = 601_000;
  const third = await client.publish(request);
  assertEquals(third.deduplicated, undefined);
  assertNotEquals(third.messageId, first.messageId);
  await qstash.idle();
}, { now: () => Date.now() + passed });

testQStash("a request without the right bearer token is a 401", async ({ destination, api }) => {
  for (const Authorization of ["", "Bearer wrong", "Basic x"]) {
    for (const path of ["/v2/schedules", `/v2/publish/${destination.url}`, "/nowhere"]) {
      const { status, json } = await api("POST", path, { headers: { Authorization } });
      assertEquals([status, Object.keys(json)], [401, ["error"]]);
    }
  }
  assertEquals(destination.deliveries, []);
});

testQStash("a wrong header or destination is refused", async ({ destination, api }) => {
  const scheme = "invalid destination url: endpoint has invalid scheme, add http:// or https://";
  const wrong: [Record<string, string>, string?, string?][] = [
    [{}, scheme, "ftp://example.com"],
    [{}, scheme, "my-url-group"],
    [{}, "invalid destination url: http://", "http://"],
    [{ "Upstash-Deduplication-Id": "job:1" }, "DeduplicationId cannot contain ':'"],
    [{ "Upstash-Callback": "http://x" }, "this local QStash server does not know Upstash-Callback"],
    [{ "Upstash-Retries": "6" }, "quota maxRetries exceeded, 6 > 5"],
    [{ "Upstash-Retries": "-1" }],
    [{ "Upstash-Method": "GET" }],
    [{ "Upstash-Retry-Delay": "process.exit()" }],
    [{ "Upstash-Timeout": "90" }],
    [{ "Upstash-Delay": "soon" }],
    [{ "Upstash-Failure-Callback": "example.com" }],
    [{ "Upstash-Flow-Control-Key": "k" }],
    [{ "Upstash-Flow-Control-Key": "k", "Upstash-Flow-Control-Value": "rate=1" }],
    [{ "Upstash-Flow-Control-Key": "k", "Upstash-Flow-Control-Value": "parallelism=0" }],
  ];
  for (const [headers, error, to = destination.url] of wrong) {
    const { status, json } = await api("POST", `/v2/publish/${to}`, { headers });
    assertEquals([status, json.error], [400, error ?? json.error], JSON.stringify(headers));
  }
  assertEquals(destination.deliveries, []);
});

testQStash("a message of 1 MB is taken, a larger one is not", async (setup) => {
  const { qstash, destination, api } = setup;
  const publish = async (size: number) =>
    (await api("POST", `/v2/publish/${destination.url}`, { body: "x".repeat(size) })).status;
  assertEquals([await publish(1_000_000), await publish(1_000_001)], [200, 413]);
  await qstash.idle();
  assertEquals(destination.bodies.map((body) => body.length), [1_000_000]);
});

testQStash("a request for what this server lacks is a 404 that says what it has", async (setup) => {
  const { destination, api } = setup;
  const requests = ["GET /v2/queues", `POST /v2/enqueue/boards/${destination.url}`, "GET /"];
  for (const request of [...requests, "PUT /v2/dlq", `GET /v2/publish/${destination.url}`]) {
    const [method = "", path = ""] = request.split(" ");
    const { status, json } = await api(method, path);
    assertEquals(status, 404, request);
    assertStringIncludes(json.error, "this local QStash server has publish, messages, schedules");
  }
});

testQStash("dead letters show the last answer, the newest first", async (setup) => {
  const { qstash, client, destination, api } = setup;
  for (const body of ["one", "two"]) {
    await client.publish({ url: destination.url, body, label: "board", retries: 0 });
    await qstash.idle();
  }
  const { messages } = await client.dlq.listMessages();
  assertEquals(messages.map(({ body }) => body), ["two", "one"]);
  const [letter] = messages;
  assertEquals([letter?.responseStatus, letter?.responseBody], [500, "no"]);
  assertEquals(letter?.label, "board");
  assert(letter?.dlqId && letter.responseHeader?.["Content-Type"]);
  assertEquals((await api("GET", "/v2/dlq?colour=red")).json, { error: "unknown filter: colour" });
}, { reply: fail() });
