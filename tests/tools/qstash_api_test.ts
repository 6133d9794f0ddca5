/** The REST API beyond publishing: messages, dead letters, logs, schedules, keys, and refusals. */

import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { assertStringIncludes, assertThrows } from "@std/assert";
import { startQStash } from "../../tools/local-stack/qstash/server.ts";
import {
  decode,
  Destination,
  gate,
  test,
  testWithUnreadAnswers,
  withStack,
} from "./qstash_support.ts";

const FAR_AWAY = 86_400;
const fail = () => new Response("no", { status: 500 });

test("a message can be looked up until it has ended", () =>
  withStack({}, async ({ qstash, client, destination, api }) => {
    const url = `${destination.url}/work`;
    const flowControl = { key: "pictures", parallelism: 2, rate: 3, period: "1m" as const };
    const { messageId } = await client.publishJSON({
      url,
      body: { id: 7 },
      headers: { "X-Job": "7" },
      delay: FAR_AWAY,
      label: ["a", "b"],
      retryDelay: "1000",
      flowControl,
      failureCallback: `${destination.url}/failed`,
    });
    const message = await client.messages.get(messageId);
    assertEquals([message.messageId, message.url, message.method], [messageId, url, "POST"]);
    assertEquals([message.body, message.maxRetries], ['{"id":7}', 3]);
    assertEquals(message.header, { "Content-Type": ["application/json"], "X-Job": ["7"] });
    assertEquals([message.label, message.labels], ["a", ["a", "b"]]);
    assertEquals([message.flowControlKey, message.parallelism, message.rate, message.period], [
      "pictures",
      2,
      3,
      60,
    ]);
    assertEquals(message.retryDelayExpression, "1000");
    assertEquals(message.failureCallback, `${destination.url}/failed`);
    assertEquals(message.notBefore, message.createdAt + FAR_AWAY * 1_000);
    await client.messages.cancel(messageId);
    assertEquals((await api("GET", `/v2/messages/${messageId}`)).status, 404);
    assertEquals((await api("DELETE", `/v2/messages/${messageId}`)).status, 404);

    const delivered = await client.publish({ url });
    await qstash.idle();
    const gone = await api("GET", `/v2/messages/${delivered.messageId}`);
    assertEquals([gone.status, gone.json], [404, {
      error: `message ${delivered.messageId} not found`,
    }]);
  }));

test("dead letters show the last answer and are found by every filter", () =>
  withStack({ reply: fail }, async ({ qstash, client, destination, api }) => {
    const url = `${destination.url}/work`;
    const one = await client.publish({ url, body: "one", label: "a", retries: 0 });
    await client.publish({ url: destination.url, body: "two", label: "b", retries: 0 });
    await qstash.idle();
    const find = async (filter: Record<string, unknown>) =>
      (await client.dlq.listMessages({ filter })).messages.map((message) => message.body);
    assertEquals((await find({})).toSorted(), ["one", "two"]);
    assertEquals(await find({ messageId: one.messageId }), ["one"]);
    assertEquals(await find({ label: "b" }), ["two"]);
    assertEquals((await find({ label: ["a", "b"] })).length, 2);
    assertEquals((await find({ label: "a,b" })).length, 2);
    assertEquals(await find({ url, label: "b" }), []);
    assertEquals((await find({ responseStatus: 500 })).length, 2);
    assertEquals(await find({ toDate: new Date(0) }), []);

    const { messages: [letter] } = await client.dlq.listMessages({ filter: { label: "a" } });
    assertEquals(letter?.responseStatus, 500);
    assertEquals(letter?.responseBody, "no");
    assert(letter?.responseHeader?.["Content-Type"]);
    const alone = await api("GET", `/v2/dlq/${letter?.dlqId}`);
    assertEquals([alone.status, alone.json.messageId], [200, one.messageId]);
    assertEquals((await api("GET", "/v2/dlq?colour=red")).json, {
      error: "unknown filter: colour",
    });
  }));

test("dead letters come in pages", () =>
  withStack({ reply: fail }, async ({ qstash, client, destination }) => {
    for (let n = 0; n < 5; n++) await client.publish({ url: destination.url, retries: 0 });
    await qstash.idle();
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.dlq.listMessages({ count: 2, cursor });
      sizes.push(page.messages.length);
      cursor = page.cursor;
    } while (cursor);
    assertEquals(sizes, [2, 2, 1]);
  }));

testWithUnreadAnswers(
  "dead letters are deleted one by one, by id, by filter and all at once",
  () =>
    withStack({ reply: fail }, async ({ qstash, client, destination, api }) => {
      for (const label of ["a", "b", "c", "d", "e", "f"]) {
        await client.publish({ url: destination.url, label, retries: 0 });
      }
      await qstash.idle();
      const letters = (await client.dlq.listMessages()).messages;
      const id = (label: string) => letters.find((letter) => letter.label === label)?.dlqId ?? "";
      await client.dlq.delete(id("a"));
      assertEquals(await client.dlq.delete([id("a"), id("b")]), { deleted: 1 });
      assertEquals(await client.dlq.delete({ filter: { label: "c" } }), { deleted: 1 });
      const body = JSON.stringify({ dlqIds: [id("d")] });
      assertEquals((await api("DELETE", "/v2/dlq", { body })).json, { deleted: 1 });
      const none = JSON.stringify({ dlqIds: [] });
      assertEquals((await api("DELETE", "/v2/dlq", { body: none })).json, { deleted: 0 });
      assertEquals(await client.dlq.delete({ all: true }), { deleted: 2 });
      assertEquals((await client.dlq.listMessages()).messages, []);
      assertEquals((await api("DELETE", `/v2/dlq/${id("a")}`)).status, 404);
    }),
);

test("a retried dead letter is a new message, which may succeed", () => {
  const reply = (_: unknown, n: number) => new Response("", { status: n < 2 ? 500 : 200 });
  return withStack({ reply }, async ({ qstash, client, destination }) => {
    const request = { url: destination.url, body: "x", retries: 1, retryDelay: "1" };
    const { messageId } = await client.publish(request);
    await qstash.idle();
    const { messages: [letter] } = await client.dlq.listMessages();
    const { responses } = await client.dlq.retry(letter?.dlqId ?? "");
    await qstash.idle();
    assertEquals(responses.length, 1);
    assertNotEquals(responses[0]?.messageId, messageId);
    const ids = destination.deliveries.map((d) => d.headers.get("Upstash-Message-Id"));
    assertEquals(ids, [messageId, messageId, responses[0]?.messageId ?? null]);
    assertEquals(destination.bodies, ["x", "x", "x"]);
    assertEquals(destination.deliveries[2]?.headers.get("Upstash-Retried"), "0");
    assertEquals((await client.dlq.listMessages()).messages, []);
  });
});

test("logs tell the life of a message, the newest event first", () =>
  withStack({ reply: fail }, async ({ qstash, client, destination, api }) => {
    const url = `${destination.url}/work`;
    const { messageId } = await client.publishJSON({ url, body: 1, retries: 1, retryDelay: "1" });
    await client.publish({ url: destination.url, label: "other", retries: 0 });
    await qstash.idle();
    const { logs } = await client.logs({ messageIds: [messageId] });
    assertEquals(
      logs.map((log) => log.state),
      ["FAILED", "ERROR", "ACTIVE", "RETRY", "ERROR", "ACTIVE", "CREATED"],
    );
    assertEquals(decode(logs[0]?.body ?? ""), "1");
    assertEquals(logs[1]?.error, "endpoint returned status 500");
    const states = async (filter: Record<string, string>) =>
      (await client.logs({ filter })).logs.map((log) => log.state);
    assertEquals(await states({ url, state: "FAILED" }), ["FAILED"]);
    assertEquals(await states({ label: "other" }), ["FAILED", "ERROR", "ACTIVE", "CREATED"]);
    assertEquals((await states({ host: new URL(url).host })).length, 11);
    const first = await client.logs({ count: 10 });
    const second = await client.logs({ count: 10, cursor: first.cursor });
    assertEquals([first.logs.length, second.logs.length, second.cursor], [10, 1, undefined]);
    const byOtherName = await api("GET", `/v2/logs?messageId=${messageId}`);
    assertEquals(byOtherName.json.events.length, 7);
  }));

test("what a publisher redacts is hidden from answers, not from the destination", () =>
  withStack({ reply: fail }, async ({ qstash, client, destination, api }) => {
    await client.publish({
      url: destination.url,
      body: "secret",
      headers: { Authorization: "Bearer secret", "X-Open": "open" },
      redact: { body: true, header: ["Authorization"] },
      retries: 0,
    });
    await qstash.idle();
    const answers = [await api("GET", "/v2/events"), await api("GET", "/v2/dlq")];
    for (const { json } of answers) {
      const [shown] = json.events ?? json.messages;
      assertMatch(shown.body, /^REDACTED:[0-9a-f]{64}$/);
      assertMatch(shown.header.Authorization[0], /^REDACTED:[0-9a-f]{64}$/);
      assertEquals(shown.header["X-Open"], ["open"]);
    }
    assertEquals(destination.bodies, ["secret"]);
    assertEquals(destination.deliveries[0]?.headers.get("Authorization"), "Bearer secret");
  }));

testWithUnreadAnswers(
  "a schedule is created, shown, overwritten, paused, resumed and deleted",
  () =>
    withStack({}, async ({ client, destination, api }) => {
      const { scheduleId } = await client.schedules.create({
        destination: destination.url,
        cron: "CRON_TZ=Europe/Berlin 0 9 * * *",
        body: "good morning",
        retries: 1,
      });
      const schedule = await client.schedules.get(scheduleId);
      assertEquals([schedule.cron, schedule.destination], [
        "CRON_TZ=Europe/Berlin 0 9 * * *",
        destination.url,
      ]);
      assertEquals([schedule.body, schedule.retries, schedule.isPaused], [
        "good morning",
        1,
        false,
      ]);
      assert((schedule.nextScheduleTime ?? 0) > Date.now());

      const named = { destination: destination.url, cron: "* * * * *", scheduleId: "sweep" };
      assertEquals(await client.schedules.create(named), { scheduleId: "sweep" });
      await client.schedules.create({ ...named, cron: "0 0 1 1 *" });
      const crons = (await client.schedules.list()).map((listed) => listed.cron);
      assertEquals(crons, [schedule.cron, "0 0 1 1 *"]);

      await client.schedules.pause({ schedule: "sweep" });
      assertEquals((await client.schedules.get("sweep")).isPaused, true);
      await client.schedules.resume({ schedule: "sweep" });
      assertEquals((await client.schedules.get("sweep")).isPaused, false);
      await client.schedules.delete("sweep");
      assertEquals((await api("GET", "/v2/schedules/sweep")).json, {
        error: "schedule sweep not found",
      });
    }),
);

testWithUnreadAnswers("a schedule fires when its minute comes, and again in the next", () => {
  // This clock is a moment before a full minute, and leaps to just before the next.
  let shift = Date.UTC(2026, 0, 1, 11, 59, 59, 900) - Date.now();
  const now = () => Date.now() + shift;
  return withStack({ now }, async ({ client, destination }) => {
    await client.schedules.create({
      destination: destination.url,
      cron: "* * * * *",
      scheduleId: "sweep",
      body: "tick",
    });
    await destination.received(1);
    const [delivery] = destination.deliveries;
    assertEquals(delivery?.body, "tick");
    assertEquals(delivery?.headers.get("Upstash-Schedule-Id"), "sweep");
    const schedule = await client.schedules.get("sweep");
    assertEquals(schedule.nextScheduleTime, Date.UTC(2026, 0, 1, 12, 1));
    shift += 59_900;
    // A timer that was set for a minute does not notice the leap; resuming sets it again.
    await client.schedules.resume({ schedule: "sweep" });
    await destination.received(2);
  });
});

testWithUnreadAnswers(
  "runSchedule fires a schedule at once, unless it is paused",
  () =>
    withStack({}, async ({ qstash, client, destination }) => {
      await client.schedules.create({
        destination: destination.url,
        cron: "0 0 1 1 *",
        scheduleId: "sweep",
        headers: { "X-Job": "7" },
      });
      await qstash.runSchedule("sweep");
      await qstash.runSchedule("sweep");
      await client.schedules.pause({ schedule: "sweep" });
      await qstash.runSchedule("sweep");
      await qstash.idle();
      const headers = destination.deliveries.map((delivery) => delivery.headers);
      assertEquals(headers.map((h) => h.get("Upstash-Schedule-Id")), ["sweep", "sweep"]);
      assertEquals(headers.map((h) => h.get("X-Job")), ["7", "7"]);
      assertEquals(new Set(headers.map((h) => h.get("Upstash-Message-Id"))).size, 2);
      await assertRejects(() => qstash.runSchedule("unknown"), Error, "not found");
      const { logs } = await client.logs({ filter: { scheduleId: "sweep", state: "DELIVERED" } });
      assertEquals(logs.length, 2);
    }),
);

test("the signing keys are answered as the SDK's dev mode expects them", () =>
  withStack({}, async ({ api }) => {
    assertEquals((await api("GET", "/v2/keys")).json, {
      current: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
      next: "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
    });
  }));

test("without the right bearer token every request is a 401", () =>
  withStack({}, async ({ destination, api }) => {
    for (const Authorization of ["", "Bearer wrong", "Basic x"]) {
      for (const path of ["/v2/keys", `/v2/publish/${destination.url}`, "/nowhere"]) {
        const { status, json } = await api("POST", path, { headers: { Authorization } });
        assertEquals([status, Object.keys(json)], [401, ["error"]]);
      }
    }
    assertEquals(destination.deliveries, []);
  }));

test("what a request lacks is refused in QStash's words", () =>
  withStack({}, async ({ destination, api }) => {
    const publish = async (to: string, headers = {}) => {
      const { status, json } = await api("POST", `/v2/publish/${to}`, { headers });
      return `${status} ${json.error}`;
    };
    const scheme = "invalid destination url: endpoint has invalid scheme, add http:// or https://";
    assertEquals(await publish("ftp://example.com"), `400 ${scheme}`);
    assertEquals(await publish("my-url-group"), `400 ${scheme}`);
    assertEquals(await publish("http://"), "400 invalid destination url: http://");
    const colon = { "Upstash-Deduplication-Id": "job:1" };
    assertEquals(await publish(destination.url, colon), "400 DeduplicationId cannot contain ':'");
    const schedule = (headers: Record<string, string>) =>
      api("POST", `/v2/schedules/${destination.url}`, { headers });
    assertEquals((await schedule({})).status, 400);
    assertEquals((await schedule({ "Upstash-Cron": "61 * * * *" })).status, 400);
    const id = { "Upstash-Cron": "* * * * *", "Upstash-Schedule-Id": "a/b" };
    assertEquals((await schedule(id)).status, 400);
    const requests: [string, string, string?][] = [
      ["GET", "/v2/messages/%zz"],
      ["GET", "/v2/events?count=many"],
      ["GET", "/v2/dlq?cursor=x"],
      ["DELETE", "/v2/dlq", "{"],
      ["DELETE", "/v2/messages", "[1]x"],
      ["DELETE", "/v2/messages", '{"messageIds":"one"}'],
    ];
    for (const [method, path, body] of requests) {
      assertEquals((await api(method, path, { body })).status, 400, path);
    }
    assertEquals(destination.deliveries, []);
  }));

test("a message of 1 MB is taken, a larger one is not", () =>
  withStack({}, async ({ qstash, destination, api }) => {
    const publish = async (size: number) =>
      (await api("POST", `/v2/publish/${destination.url}`, { body: "x".repeat(size) })).status;
    assertEquals([await publish(1_000_000), await publish(1_000_001)], [200, 413]);
    await qstash.idle();
    assertEquals(destination.bodies.map((body) => body.length), [1_000_000]);
  }));

test("what this server does not have is a 404 that says what it has", () =>
  withStack({}, async ({ destination, api }) => {
    const requests = [
      ["GET", "/v2/queues"],
      ["POST", `/v2/enqueue/pictures/${destination.url}`],
      ["POST", "/v2/batch"],
      ["GET", "/v2/topics"],
      ["GET", "/v2/flowControl/pictures"],
      ["POST", "/v2/publish/api/llm"],
      ["GET", `/v2/publish/${destination.url}`],
      ["POST", "/v2/keys/rotate"],
      ["PUT", "/v2/dlq"],
      ["GET", "/v2/constructor"],
      ["GET", "/"],
    ];
    for (const [method = "", path = ""] of requests) {
      const { status, json } = await api(method, path);
      assertEquals(status, 404, `${method} ${path}`);
      assertStringIncludes(json.error, "this local QStash server has publish, messages, schedules");
    }
  }));

test("a taken port is AddrInUse", () =>
  withStack({}, ({ qstash }) => {
    assertThrows(() => startQStash({ port: qstash.port }), Deno.errors.AddrInUse);
    return Promise.resolve();
  }));

test("own credentials replace the public ones", () => {
  const own = { token: "t", currentSigningKey: "sig_a", nextSigningKey: "sig_b" };
  return withStack(own, async ({ qstash, client, receiver, destination, api }) => {
    await client.publish({ url: destination.url, body: "x" });
    await qstash.idle();
    const signature = destination.deliveries[0]?.headers.get("Upstash-Signature") ?? "";
    assert(await receiver.verify({ signature, body: "x", url: destination.url }));
    assertEquals((await api("GET", "/v2/keys")).json, { current: "sig_a", next: "sig_b" });
  });
});

test("stop ends deliveries, waits and schedules at once, and leaves the port free", async () => {
  const never = gate();
  const destination = new Destination(() => never.opened.then(() => new Response("late")));
  const qstash = startQStash({ port: 0 });
  const publish = async (headers: Record<string, string>, kind = "publish") => {
    const Authorization = `Bearer ${qstash.token}`;
    const init = { method: "POST", headers: { ...headers, Authorization } };
    const answer = await fetch(`${qstash.url}/v2/${kind}/${destination.url}`, init);
    await answer.body?.cancel();
  };
  const inLine = {
    "Upstash-Flow-Control-Key": "pictures",
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
  await qstash.stop();
  const successor = startQStash({ port: qstash.port });
  await successor.stop();
  never.open();
  await destination.close();
});
