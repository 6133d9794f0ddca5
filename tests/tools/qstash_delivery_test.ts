/** How messages reach their destination: signed, raw, retried, timed out, called back. */

import { assert, assertEquals, assertGreater, assertLess, assertRejects } from "@std/assert";
import { decode, gate, test, withStack } from "./qstash_support.ts";

const fail = (init: ResponseInit = { status: 500 }) => () => new Response("no", init);

test("a published message arrives once, unmodified, with QStash's headers", () =>
  withStack({}, async ({ qstash, client, destination }) => {
    const published = await client.publishJSON({
      url: `${destination.url}/work`,
      body: { goal: "größer" },
      headers: { "X-Request-Id": "r1" },
      method: "PUT",
    });
    await qstash.idle();
    assertEquals(destination.deliveries.length, 1);
    const [delivery] = destination.deliveries;
    assertEquals([delivery?.method, delivery?.path], ["PUT", "/work"]);
    assertEquals(delivery?.body, '{"goal":"größer"}');
    const header = (name: string) => delivery?.headers.get(name);
    assertEquals(header("Content-Type"), "application/json");
    assertEquals(header("X-Request-Id"), "r1");
    assertEquals(header("User-Agent"), "Upstash-QStash");
    assertEquals(header("Upstash-Message-Id"), published.messageId);
    assertEquals(header("Upstash-Retried"), "0");
    assertEquals(header("Upstash-Caller-Ip"), "127.0.0.1");
    assertEquals(header("Authorization"), null);
  }));

test("the SDK's Receiver accepts a delivery, and nothing that differs from it", () =>
  withStack({}, async ({ qstash, client, receiver, destination }) => {
    const url = `${destination.url}/work`;
    await client.publishJSON({ url, body: { amount: 1 } });
    await qstash.idle();
    const [delivery] = destination.deliveries;
    const signature = delivery?.headers.get("Upstash-Signature") ?? "";
    const body = delivery?.body ?? "";
    assert(await receiver.verify({ signature, body, url }));
    for (
      const tampered of [
        { signature, body: body.replace("1", "2"), url },
        { signature, body, url: `${destination.url}/other` },
        { signature: signature.slice(1), body, url },
      ]
    ) {
      await assertRejects(() => receiver.verify(tampered));
    }
  }));

test("the destination is the raw URL: its slashes, escapes and query stay as published", () =>
  withStack({}, async ({ qstash, receiver, destination, api }) => {
    const path = "/a//b%2Fc/?x=1&y=%20&next=https://example.com//z";
    await api("POST", `/v2/publish/${destination.url}${path}`, { body: "raw" });
    await qstash.idle();
    const [delivery] = destination.deliveries;
    assertEquals(delivery?.path, path);
    const signature = delivery?.headers.get("Upstash-Signature") ?? "";
    assert(await receiver.verify({ signature, body: "raw", url: destination.url + path }));
  }));

test("not even the dots of a destination are resolved", () =>
  withStack({}, async ({ qstash, client }) => {
    // fetch would resolve them before sending, so this request is written by hand.
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: qstash.port });
    const raw = "http://127.0.0.1:1/a/../b|c";
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
  }));

test("a failing destination gets three retries, each counted and signed anew", () =>
  withStack({ reply: fail() }, async ({ qstash, client, receiver, destination }) => {
    await client.publish({ url: destination.url, body: "x", retryDelay: "1" });
    await qstash.idle();
    const headers = destination.deliveries.map((delivery) => delivery.headers);
    assertEquals(headers.map((h) => h.get("Upstash-Retried")), ["0", "1", "2", "3"]);
    const signatures = headers.map((h) => h.get("Upstash-Signature") ?? "");
    assertEquals(new Set(signatures).size, 4);
    for (const signature of signatures) {
      assert(await receiver.verify({ signature, body: "x", url: destination.url }));
    }
    assertEquals(new Set(headers.map((h) => h.get("Upstash-Message-Id"))).size, 1);
  }));

test("retries stop at the first success", () =>
  withStack(
    { reply: (_, n) => new Response(null, { status: n < 2 ? 503 : 204 }) },
    async ({ qstash, client, destination }) => {
      const { messageId } = await client.publish({ url: destination.url, retryDelay: "1" });
      await qstash.idle();
      assertEquals(destination.deliveries.length, 3);
      const { logs } = await client.logs({ messageIds: [messageId] });
      assertEquals(logs[0]?.state, "DELIVERED");
      assertEquals((await client.dlq.listMessages()).messages, []);
    },
  ));

test("10000 * pow(3, retried) retries after 10 s, 30 s and 90 s", () =>
  withStack({ reply: fail() }, async ({ qstash, client, destination }) => {
    const retryDelay = "10000 * pow(3, retried)";
    const { messageId } = await client.publish({ url: destination.url, retryDelay });
    await qstash.idle();
    const { logs } = await client.logs({ filter: { state: "RETRY", messageId } });
    const waits = logs.reverse().map((log) => (log.nextDeliveryTime ?? NaN) - log.time);
    for (const [n, expected] of [10_000, 30_000, 90_000].entries()) {
      // The event is written at most a few milliseconds after the delay was computed.
      assertLess(Math.abs((waits[n] ?? NaN) - expected), 50);
    }
    // A thousandth of that really passes: at least 10, 30 and 90 ms, less a timer's millisecond.
    const at = destination.deliveries.map((delivery) => delivery.at);
    for (const [n, expected] of [10, 30, 90].entries()) {
      assertGreater((at[n + 1] ?? NaN) - (at[n] ?? NaN), expected - 1.5);
    }
  }));

test("Retry-After replaces the message's own delay", () =>
  withStack(
    { reply: fail({ status: 429, headers: { "Retry-After": "20" } }) },
    async ({ qstash, client, destination }) => {
      const { messageId } = await client.publish({
        url: destination.url,
        retries: 1,
        retryDelay: "86400000",
      });
      await qstash.idle();
      const { logs } = await client.logs({ filter: { state: "RETRY", messageId } });
      const wait = (logs[0]?.nextDeliveryTime ?? NaN) - (logs[0]?.time ?? NaN);
      assertLess(Math.abs(wait - 20_000), 50);
      const [first, second] = destination.deliveries;
      assertGreater((second?.at ?? NaN) - (first?.at ?? NaN), 18.5);
    },
  ));

test("a delivery is aborted after Upstash-Timeout and retried", async () => {
  const never = gate();
  const reply = (_: unknown, n: number) =>
    n === 0 ? never.opened.then(() => new Response("late")) : new Response("ok");
  await withStack({ reply }, async ({ qstash, client, destination }) => {
    const { messageId } = await client.publish({
      url: destination.url,
      timeout: 0.2,
      retryDelay: "1",
    });
    await qstash.idle();
    never.open();
    assertEquals(destination.deliveries.length, 2);
    const { logs } = await client.logs({ filter: { state: "ERROR", messageId } });
    assertEquals(logs.map((log) => log.error), ["no response within 0.2 s"]);
  });
});

test("a redirect is a failure and is not followed", () =>
  withStack(
    { reply: fail({ status: 302, headers: { Location: "/elsewhere" } }) },
    async ({ qstash, client, destination }) => {
      await client.publish({ url: `${destination.url}/here`, retries: 0 });
      await qstash.idle();
      assertEquals(destination.deliveries.map((delivery) => delivery.path), ["/here"]);
      const { messages } = await client.dlq.listMessages();
      assertEquals(messages.map((message) => message.responseStatus), [302]);
    },
  ));

test("a destination that nobody listens on fails the message, not the server", () =>
  withStack({}, async ({ qstash, client, destination }) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    listener.close();
    await client.publish({
      url: `http://127.0.0.1:${listener.addr.port}`,
      retries: 1,
      retryDelay: "1",
    });
    await qstash.idle();
    const { messages } = await client.dlq.listMessages();
    assertEquals(messages.map((message) => message.responseStatus), [0]);
    await client.publish({ url: destination.url });
    await qstash.idle();
    assertEquals(destination.deliveries.length, 1);
  }));

test("489 with its header goes to the dead letters at once and calls the failure callback", () => {
  const headers = { "Upstash-NonRetryable-Error": "true" };
  const reply = (delivery: { path: string }) =>
    delivery.path === "/failed"
      ? new Response("ok")
      : new Response("never", { status: 489, headers });
  return withStack({ reply }, async ({ qstash, client, receiver, destination }) => {
    const failureCallback = `${destination.url}/failed`;
    const url = `${destination.url}/work`;
    const { messageId } = await client.publishJSON({ url, body: { id: 7 }, failureCallback });
    await qstash.idle();
    const [work, callback, ...more] = destination.deliveries;
    assertEquals([work?.path, callback?.path, more.length], ["/work", "/failed", 0]);
    const signature = callback?.headers.get("Upstash-Signature") ?? "";
    const body = callback?.body ?? "";
    assert(await receiver.verify({ signature, body, url: failureCallback }));
    const { messages } = await client.dlq.listMessages({ filter: { messageId } });
    assertEquals(JSON.parse(body).dlqId, messages[0]?.dlqId);
  });
});

test("489 without the header is retried like any other failure", () =>
  withStack({ reply: fail({ status: 489 }) }, async ({ qstash, client, destination }) => {
    await client.publish({ url: destination.url, retries: 2, retryDelay: "1" });
    await qstash.idle();
    assertEquals(destination.deliveries.length, 3);
  }));

test("a failure callback comes once, after the last retry, and carries the whole story", () => {
  const reply = (delivery: { path: string }) =>
    delivery.path === "/failed"
      ? new Response("ok")
      : new Response("sorry", { status: 500, headers: { "X-Reason": "tired" } });
  return withStack({ reply }, async ({ qstash, client, destination }) => {
    const { messageId } = await client.publishJSON({
      url: `${destination.url}/work`,
      body: { job: "größer" },
      headers: { "X-Job": "7" },
      retries: 1,
      retryDelay: "1",
      failureCallback: `${destination.url}/failed`,
    });
    await qstash.idle();
    const paths = destination.deliveries.map((delivery) => delivery.path);
    assertEquals(paths, ["/work", "/work", "/failed"]);
    const callback = JSON.parse(destination.deliveries[2]?.body ?? "");
    assertEquals(JSON.parse(decode(callback.sourceBody)), { job: "größer" });
    assertEquals(decode(callback.body), "sorry");
    assertEquals([callback.status, callback.retried, callback.maxRetries], [500, 1, 1]);
    assertEquals(callback.header["X-Reason"], ["tired"]);
    assertEquals(callback.sourceHeader["X-Job"], ["7"]);
    assertEquals([callback.sourceMessageId, callback.url, callback.method], [
      messageId,
      `${destination.url}/work`,
      "POST",
    ]);
    assert(callback.dlqId && callback.createdAt && callback.callerIP);
  });
});

test("a callback comes after every attempt and has its own settings", () => {
  const reply = (delivery: { path: string }, n: number) =>
    new Response(delivery.path, { status: n === 0 ? 500 : 200 });
  return withStack({ reply }, async ({ qstash, destination, api }) => {
    await api("POST", `/v2/publish/${destination.url}/work`, {
      body: "x",
      headers: {
        "Upstash-Retry-Delay": "1",
        "Upstash-Callback": `${destination.url}/done`,
        "Upstash-Callback-Method": "PUT",
        "Upstash-Callback-Forward-X-Secret": "s",
      },
    });
    await qstash.idle();
    const callbacks = destination.deliveries.filter((delivery) => delivery.path === "/done");
    assertEquals(callbacks.map((c) => JSON.parse(c.body).status), [500, 200]);
    assertEquals(callbacks.map((c) => JSON.parse(c.body).dlqId), [undefined, undefined]);
    assertEquals(callbacks.map((c) => [c.method, c.headers.get("X-Secret")]), [
      ["PUT", "s"],
      ["PUT", "s"],
    ]);
  });
});

test("a callback that fails is itself retried", () => {
  const reply = (_: unknown, n: number) => new Response("", { status: n === 1 ? 500 : 200 });
  return withStack({ reply }, async ({ qstash, client, destination }) => {
    await client.publish({
      url: `${destination.url}/work`,
      callback: `${destination.url}/done`,
      retryDelay: "1",
    });
    await qstash.idle();
    const retried = destination.deliveries.map((d) => [d.path, d.headers.get("Upstash-Retried")]);
    assertEquals(retried, [["/work", "0"], ["/done", "0"], ["/done", "1"]]);
  });
});

test("a GET delivery has no body, and its signature says so", () =>
  withStack({}, async ({ qstash, client, receiver, destination }) => {
    await client.publish({ url: destination.url, method: "GET", body: "ignored" });
    await qstash.idle();
    const [delivery] = destination.deliveries;
    assertEquals([delivery?.method, delivery?.body], ["GET", ""]);
    const signature = delivery?.headers.get("Upstash-Signature") ?? "";
    assert(await receiver.verify({ signature, body: "", url: destination.url }));
  }));
