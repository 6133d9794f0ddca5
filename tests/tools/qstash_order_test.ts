/** When messages are delivered, or not at all: delay, deduplication, flow control, cancellation. */

import { assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import type { Client, Log } from "@upstash/qstash";
import { type Delivery, gate, test, withStack } from "./qstash_support.ts";

const FAR_AWAY = 86_400;

/** The attempts so far, the first one first. */
async function attempts(client: Client): Promise<Log[]> {
  return (await client.logs({ filter: { state: "ACTIVE" } })).logs.reverse();
}

test("a delayed message waits; one whose not-before has passed does not", () =>
  withStack({}, async ({ qstash, client, destination }) => {
    const url = destination.url;
    const started = performance.now();
    await client.publish({ url, body: "later", delay: 200 });
    const past = Math.floor(Date.now() / 1_000) - 5;
    await client.publish({ url, body: "now", notBefore: past, delay: FAR_AWAY });
    await qstash.idle();
    assertEquals(destination.bodies, ["now", "later"]);
    assertGreater((destination.deliveries[1]?.at ?? NaN) - started, 198);
  }));

test("not-before wins over delay", () =>
  withStack({}, async ({ client, destination }) => {
    const notBefore = Math.floor(Date.now() / 1_000) + FAR_AWAY;
    const { messageId } = await client.publish({ url: destination.url, notBefore, delay: 1 });
    assertEquals((await client.messages.get(messageId)).notBefore, notBefore * 1_000);
  }));

test("a second message with the same deduplication id is answered with the first", () =>
  withStack({}, async ({ qstash, client, destination, api }) => {
    const publish = (body: string) =>
      client.publish({ url: destination.url, body, deduplicationId: "job-1" });
    const first = await publish("one");
    const second = await publish("two");
    assertEquals(first.deduplicated, undefined);
    assertEquals(second, { messageId: first.messageId, deduplicated: true } as typeof second);
    const raw = await api("POST", `/v2/publish/${destination.url}`, {
      headers: { "Upstash-Deduplication-Id": "job-1" },
    });
    assertEquals(raw.status, 202);
    await qstash.idle();
    assertEquals(destination.bodies, ["one"]);
  }));

test("a deduplication id stays consumed after failure and after cancellation", () =>
  withStack(
    { reply: () => new Response("", { status: 500 }) },
    async ({ qstash, client, destination }) => {
      const failing = { url: destination.url, retries: 0, deduplicationId: "failing" };
      const canceled = { url: destination.url, delay: FAR_AWAY, deduplicationId: "canceled" };
      await client.publish(failing);
      const { messageId } = await client.publish(canceled);
      await client.messages.cancel(messageId);
      await qstash.idle();
      assertEquals((await client.publish(failing)).deduplicated, true);
      assertEquals((await client.publish(canceled)).deduplicated, true);
    },
  ));

test("a deduplication id is free again after ten minutes", () => {
  let passed = 0;
  return withStack({ now: () => Date.now() + passed }, async ({ qstash, client, destination }) => {
    const request = { url: destination.url, deduplicationId: "job-1" };
    const first = await client.publish(request);
    passed = 599_000;
    assertEquals((await client.publish(request)).deduplicated, true);
    passed = 601_000;
    const third = await client.publish(request);
    assertEquals(third.deduplicated, undefined);
    assertNotEquals(third.messageId, first.messageId);
    await qstash.idle();
  });
});

test("content-based deduplication tells bodies, headers and destinations apart", () =>
  withStack({}, async ({ qstash, client, destination }) => {
    const publish = async (body: string, path = "/", headers = {}) => {
      const url = destination.url + path;
      return (await client.publish({ url, body, headers, contentBasedDeduplication: true }))
        .deduplicated;
    };
    assertEquals(await publish("a"), undefined);
    assertEquals(await publish("a"), true);
    assertEquals(await publish("b"), undefined);
    assertEquals(await publish("a", "/other"), undefined);
    assertEquals(await publish("a", "/", { "X-Version": "2" }), undefined);
    await qstash.idle();
    assertEquals(destination.deliveries.length, 4);
  }));

test("two simultaneous requests with one deduplication id make one message", () =>
  withStack({}, async ({ qstash, client, destination }) => {
    const request = { url: destination.url, deduplicationId: "job-1" };
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.publish(request)));
    await qstash.idle();
    assertEquals(destination.deliveries.length, 1);
    assertEquals(new Set(answers.map((answer) => answer.messageId)).size, 1);
  }));

test("flow control never exceeds its parallelism, keeps the order and starves nobody", () => {
  let [active, most] = [0, 0];
  const full = gate();
  const reply = async (delivery: Delivery) => {
    most = Math.max(most, ++active);
    if (active === 3) full.open();
    await full.opened;
    // Lets the server begin whatever it wrongly believes it may.
    await fetch(`${delivery.headers.get("X-Api")}/v2/keys`).then((answer) => answer.body?.cancel());
    active--;
    return new Response("ok");
  };
  return withStack({ reply }, async ({ qstash, client, destination }) => {
    const flowControl = { key: "pictures", parallelism: 3 };
    const bodies = Array.from({ length: 20 }, (_, n) => String(n).padStart(2, "0"));
    const published: string[] = [];
    for (const body of bodies) {
      const headers = { "X-Api": qstash.url };
      const request = { url: destination.url, body, headers, flowControl };
      published.push((await client.publish(request)).messageId);
    }
    await qstash.idle();
    assertEquals(most, 3);
    assertEquals(destination.bodies.toSorted(), bodies);
    // In the order of publishing, which on the way to the destination may change.
    assertEquals((await attempts(client)).map((attempt) => attempt.messageId), published);
  });
});

test("a message that waits for its retry leaves its place to others", () => {
  const reply = (_: Delivery, n: number) => new Response("", { status: n === 0 ? 500 : 200 });
  return withStack({ reply }, async ({ qstash, client, destination }) => {
    const flowControl = { key: "pictures", parallelism: 1 };
    const url = destination.url;
    await client.publish({ url, body: "first", flowControl, retryDelay: "200000" });
    await client.publish({ url, body: "second", flowControl });
    await qstash.idle();
    assertEquals(destination.bodies, ["first", "second", "first"]);
  });
});

test("keys do not hinder each other, nor messages without one", async () => {
  const held = gate();
  const reply = async ({ body }: Delivery) => {
    if (body === "held") await held.opened;
    return new Response("ok");
  };
  await withStack({ reply }, async ({ qstash, client, destination }) => {
    const url = destination.url;
    await client.publish({ url, body: "held", flowControl: { key: "a", parallelism: 1 } });
    await client.publish({ url, body: "other", flowControl: { key: "b", parallelism: 1 } });
    await client.publish({ url, body: "free" });
    await destination.received(3);
    held.open();
    await qstash.idle();
  });
});

test("flow control begins no more than its rate in a period", () =>
  withStack({}, async ({ qstash, client, destination }) => {
    // A period of 40 s is 40 ms here.
    const flowControl = { key: "pictures", rate: 2, period: 40 };
    for (let n = 0; n < 5; n++) await client.publish({ url: destination.url, flowControl });
    await qstash.idle();
    const [first = NaN, , third = NaN, , fifth = NaN] = (await attempts(client)).map((a) => a.time);
    // Less the millisecond by which a timer may be early.
    assertGreater(third - first, 38);
    assertGreater(fifth - third, 38);
  }));

test("a cancelled message is never delivered, whether it waits for a time or in line", async () => {
  const held = gate();
  const reply = async () => {
    await held.opened;
    return new Response("ok");
  };
  await withStack({ reply }, async ({ qstash, client, destination }) => {
    const url = destination.url;
    const flowControl = { key: "pictures", parallelism: 1 };
    await client.publish({ url, body: "held", flowControl });
    const inLine = await client.publish({ url, body: "in line", flowControl });
    const delayed = await client.publish({ url, body: "delayed", delay: FAR_AWAY });
    const last = await client.publish({ url, body: "last", flowControl });
    await destination.received(1);
    assertEquals(await client.messages.cancel(inLine.messageId), { cancelled: 1 });
    assertEquals(await client.messages.cancel([delayed.messageId, "unknown"]), { cancelled: 1 });
    held.open();
    await qstash.idle();
    assertEquals(destination.bodies, ["held", "last"]);
    const { logs } = await client.logs({ messageIds: [inLine.messageId] });
    assertEquals(logs.map((log) => log.state), ["CANCELED", "CREATED"]);
    const end = await client.logs({ messageIds: [last.messageId] });
    assertEquals(end.logs.map((log) => log.state), ["DELIVERED", "ACTIVE", "CREATED"]);
  });
});

test("cancelling during a delivery lets it finish, and nothing follows", async () => {
  const held = gate();
  const reply = async () => {
    await held.opened;
    return new Response("", { status: 500 });
  };
  await withStack({ reply }, async ({ qstash, client, destination }) => {
    const url = destination.url;
    const failureCallback = `${url}/failed`;
    const { messageId } = await client.publish({ url, failureCallback, retryDelay: "1" });
    await destination.received(1);
    assertEquals(await client.messages.cancel(messageId), { cancelled: 1 });
    const idle = qstash.idle();
    held.open();
    await idle;
    assertEquals(destination.deliveries.length, 1);
    const { logs } = await client.logs();
    assertEquals(logs.map((log) => log.state), ["CANCELED", "ACTIVE", "CREATED"]);
    assertEquals((await client.dlq.listMessages()).messages, []);
  });
});

test("messages are cancelled by filter: any value of one, all of several", () =>
  withStack({}, async ({ qstash, client, destination }) => {
    const publish = (label: string, path = "/") =>
      client.publish({ url: destination.url + path, label, delay: FAR_AWAY });
    await publish("a");
    await publish("b");
    await publish("c");
    await publish("a", "/other");
    const filter = { label: ["a", "b"], path: "/" };
    assertEquals(await client.messages.cancel({ filter }), { cancelled: 2 });
    assertEquals(await client.messages.cancel({ all: true }), { cancelled: 2 });
    await qstash.idle();
  }));
