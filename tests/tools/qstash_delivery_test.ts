/** How the local QStash delivers: raw, retried, timed out, with a failure callback at the end. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { evaluate, retryDelayMs } from "../../tools/local-stack/qstash/retry_delay.ts";
import { startQStash } from "../../tools/local-stack/qstash/server.ts";
import { Timeline } from "../../tools/local-stack/qstash/timeline.ts";
import { Destination, fail, heldReply, testQStash } from "./qstash_helpers.ts";

const NOW = Date.UTC(2026, 0, 1);

testQStash("a message arrives once, unmodified, with QStash's headers", async (setup) => {
  const { qstash, client, destination } = setup;
  const { messageId } = await client.publishJSON({
    url: `${destination.url}/work`,
    body: { goal: "größer" },
    headers: { "X-Request-Id": "r1", Host: "elsewhere" },
  });
  await qstash.idle();
  const [delivery, ...more] = destination.deliveries;
  assertEquals(more, []);
  assertEquals([delivery?.path, delivery?.body], ["/work", '{"goal":"größer"}']);
  const header = (name: string) => delivery?.headers.get(name);
  assertEquals([header("Content-Type"), header("X-Request-Id")], ["application/json", "r1"]);
  assertEquals(header("Host"), new URL(destination.url).host);
  assertEquals(header("User-Agent"), "Upstash-QStash");
  assertEquals([header("Upstash-Message-Id"), header("Upstash-Retried")], [messageId, "0"]);
  assertEquals([header("Upstash-Caller-Ip"), header("Authorization")], ["127.0.0.1", null]);
});

testQStash("the dots, slashes and escapes of a destination stay as published", async (setup) => {
  const { qstash, client } = setup;
  // fetch would resolve the dots before sending, so this request is written by hand.
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: qstash.port });
  const raw = "http://127.0.0.1:1/a/../b|c//d%2Fe/?x=1&y=%20&next=https://example.com//z";
  const request = [
    `POST /v2/publish/${raw} HTTP/1.1`,
    "Host: qstash",
    "Connection: close",
    `Authorization: Bearer ${qstash.token}`,
    "Upstash-Delay: 1h",
    "Content-Length: 0",
  ];
  await connection.write(new TextEncoder().encode(request.join("\r\n") + "\r\n\r\n"));
  const answer = await new Response(connection.readable).text();
  const { messageId } = JSON.parse(answer.slice(answer.indexOf("{")));
  assertEquals((await client.messages.get(messageId)).url, raw);
});

testQStash("a delayed message waits, and lets others pass", async (setup) => {
  const { qstash, client, destination } = setup;
  await client.publish({ url: destination.url, body: "later", delay: 200 });
  await client.publish({ url: destination.url, body: "now" });
  await qstash.idle();
  assertEquals(destination.bodies, ["now", "later"]);
});

testQStash("retries stop at the first success", async ({ qstash, client, destination, events }) => {
  await client.publish({ url: destination.url, retryDelay: "1" });
  await qstash.idle();
  assertEquals(destination.header("Upstash-Retried"), ["0", "1", "2"]);
  assertEquals(new Set(destination.header("Upstash-Message-Id")).size, 1);
  const attempt = ["active", "error", "retry"];
  const expected = ["created", ...attempt, ...attempt, "active", "delivered"];
  assertEquals(events.map(({ event }) => event), expected);
  assertEquals((await client.dlq.listMessages()).messages, []);
}, { reply: (_, n) => new Response(null, { status: n < 2 ? 503 : 204 }) });

testQStash("a delivery is aborted after Upstash-Timeout and retried", async (setup) => {
  const { qstash, client, destination } = setup;
  await client.publish({ url: destination.url, timeout: 0.2, retryDelay: "1" });
  await qstash.idle();
  slow.letGo();
  assertEquals(destination.deliveries.length, 2);
}, { reply: (_, n) => n === 0 ? slow.reply() : new Response("ok") });
const slow = heldReply();

testQStash("a redirect is a failure and is not followed", async (setup) => {
  const { qstash, client, destination } = setup;
  await client.publish({ url: `${destination.url}/here`, retries: 0 });
  await qstash.idle();
  assertEquals(destination.deliveries.map(({ path }) => path), ["/here"]);
  const { messages } = await client.dlq.listMessages();
  assertEquals(messages.map((message) => message.responseStatus), [302]);
}, { reply: fail({ status: 302, headers: { Location: "/elsewhere" } }) });

testQStash("a destination that nobody listens on fails the message only", async (setup) => {
  const { qstash, client, destination } = setup;
  await client.publish({ url: "http://127.0.0.1:1", retries: 1, retryDelay: "1" });
  await qstash.idle();
  const { messages } = await client.dlq.listMessages();
  assertEquals(messages.map((message) => message.responseStatus), [0]);
  await client.publish({ url: destination.url });
  await qstash.idle();
  assertEquals(destination.deliveries.length, 1);
});

testQStash("489 with its header ends the message without a retry", async (setup) => {
  const { qstash, client, destination } = setup;
  await client.publish({ url: destination.url, failureCallback: `${destination.url}/failed` });
  await qstash.idle();
  assertEquals(destination.deliveries.map(({ path }) => path), ["/", "/failed"]);
}, { reply: fail({ status: 489, headers: { "Upstash-NonRetryable-Error": "true" } }) });

testQStash("489 without the header is retried like any other failure", async (setup) => {
  const { qstash, client, destination } = setup;
  await client.publish({ url: destination.url, retries: 2, retryDelay: "1" });
  await qstash.idle();
  assertEquals(destination.deliveries.length, 3);
}, { reply: fail({ status: 489 }) });

testQStash("a failure callback comes after the last retry and is itself retried", async (setup) => {
  const { qstash, client, destination } = setup;
  const { messageId } = await client.publishJSON({
    url: `${destination.url}/work`,
    body: { job: "größer" },
    headers: { "X-Job": "7" },
    retries: 1,
    retryDelay: "1",
    failureCallback: `${destination.url}/failed`,
  });
  await qstash.idle();
  const paths = destination.deliveries.map(({ path }) => path);
  assertEquals(paths, ["/work", "/work", "/failed", "/failed"]);
  const callback = JSON.parse(destination.bodies[3]!);
  const decode = (base64: string) => new TextDecoder().decode(Uint8Array.fromBase64(base64));
  assertEquals(JSON.parse(decode(callback.sourceBody)), { job: "größer" });
  assertEquals(decode(callback.body), "no");
  assertEquals([callback.status, callback.retried, callback.maxRetries], [500, 1, 1]);
  assertEquals(callback.header["X-Reason"], ["tired"]);
  assertEquals(callback.sourceHeader["X-Job"], ["7"]);
  assertEquals([callback.sourceMessageId, callback.url], [messageId, `${destination.url}/work`]);
  const { messages } = await client.dlq.listMessages();
  assertEquals(callback.dlqId, messages[0]?.dlqId);
  assert(callback.createdAt && callback.callerIP);
}, {
  reply: (_, n) =>
    n === 3
      ? new Response()
      : new Response("no", { status: 500, headers: { "X-Reason": "tired" } }),
});

testQStash("nothing follows from a delivery of a cancelled message", async (setup) => {
  const { qstash, client, destination, events } = setup;
  const url = destination.url;
  const { messageId } = await client.publish({ url, failureCallback: `${url}/failed` });
  await destination.received(1);
  assertEquals(await client.messages.cancel(messageId), { cancelled: 1 });
  const idle = qstash.idle();
  cancelled.letGo();
  await idle;
  assertEquals(destination.deliveries.length, 1);
  assertEquals(events.map(({ event }) => event), ["created", "active", "canceled"]);
  assertEquals((await client.dlq.listMessages()).messages, []);
}, { reply: () => cancelled.reply() });
const cancelled = heldReply(500);

Deno.test("the n-th retry waits e^(2.5 n) seconds, a day at the most", () => {
  const seconds = (retried: number) => Math.floor(retryDelayMs(retried, undefined, {}, NOW) / 1000);
  assertEquals([0, 1, 2, 3, 4].map(seconds), [12, 148, 1808, 22026, 86400]);
});

Deno.test("a retry delay expression is computed with precedence, signs and functions", () => {
  const cases: [string, number, number][] = [
    ["1000 * (1 + retried)", 2, 3000],
    ["10000 * pow(3, retried)", 2, 90_000],
    ["max(1000, pow(2, retried) * 100)", 5, 3200],
    ["2 + 3 * 4 - 6 / 3 % 2", 0, 14],
    ["-retried + -(-2)", 3, -1],
    ["floor(1.9) + ceil(1.1) + round(2.5) + abs(-1) + sqrt(9) + min(1, 2) + exp(0)", 0, 12],
  ];
  for (const [source, retried, expected] of cases) {
    assertEquals(evaluate(source, retried), expected, source);
  }
});

Deno.test("a retry delay expression that is not arithmetic is an error", () => {
  const wrong = ["", "1 +", "(1", "1)", "2 3", "pow(2)", "max(1,2,3)", "retries", "constructor(1)"];
  for (const source of [...wrong, "1; 2", "alert(1)", "`1`", "retried.x", "(1, 2)"]) {
    assertThrows(() => evaluate(source, 0), SyntaxError);
  }
});

Deno.test("an expression without a sensible value waits between no time and a day", () => {
  const delay = (source: string) => retryDelayMs(0, source, {}, NOW);
  assertEquals(["-5", "1/0", "sqrt(-1)"].map(delay), [0, 86.4e6, 86.4e6]);
});

Deno.test("Retry-After replaces the message's own delay, unless it is unclear or over a day", () => {
  const delay = (value: string) => retryDelayMs(0, "7", { "Retry-After": [value] }, NOW);
  const date = (ms: number) => new Date(NOW + ms).toUTCString();
  const values = ["0", "10", date(90_000), date(-90_000), "soon", "86401"];
  assertEquals(values.map(delay), [0, 10_000, 90_000, 0, 7, 7]);
});

Deno.test("a timeline runs what is due in order, and an error does not stop the rest", async () => {
  const errors: unknown[] = [];
  const timeline = new Timeline(() => NOW, (error) => errors.push(error));
  const ran: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  timeline.at(NOW + 2, () => (ran.push("third"), resolve()));
  timeline.at(NOW - 5, () => ran.push("first"));
  timeline.at(NOW + 1, () => {
    ran.push("second");
    throw new Error("an entry's own");
  });
  timeline.at(NOW + 1, () => ran.push("never"))();
  await promise;
  assertEquals([ran, errors.length], [["first", "second", "third"], 1]);
});

Deno.test("stop ends deliveries, waits and schedules at once, and frees the port", async () => {
  const never = heldReply();
  const destination = new Destination(never.reply);
  const qstash = startQStash({ port: 0 });
  assertThrows(() => startQStash({ port: qstash.port }), Deno.errors.AddrInUse);
  const publish = async (headers: Record<string, string>, kind = "publish") => {
    const Authorization = `Bearer ${qstash.token}`;
    const init = { method: "POST", headers: { ...headers, Authorization } };
    await (await fetch(`${qstash.url}/v2/${kind}/${destination.url}`, init)).text();
  };
  const inLine = {
    "Upstash-Flow-Control-Key": "boards",
    "Upstash-Flow-Control-Value": "parallelism=1",
  };
  await publish(inLine);
  await publish(inLine);
  await publish({ "Upstash-Delay": "1h" });
  await publish({ "Upstash-Cron": "* * * * *" }, "schedules");
  await destination.received(1);
  const idle = qstash.idle();
  await qstash.stop();
  await idle;
  assertEquals(destination.deliveries.length, 1);
  await startQStash({ port: qstash.port }).stop();
  never.letGo();
  await destination.close();
});
