/** How many messages with the same flow control key the local QStash delivers at once. */
import { assertEquals } from "@std/assert";
import { type Delivery, heldReply, testQStash } from "./qstash_helpers.ts";

const crowd = { active: 0, most: 0, full: Promise.withResolvers<void>() };
testQStash("flow control keeps to its parallelism and to the order", async (setup) => {
  const { qstash, client, destination, events } = setup;
  const flowControl = { key: "boards", parallelism: 3 };
  const bodies = Array.from({ length: 20 }, (_, n) => String(n).padStart(2, "0"));
  const published: string[] = [];
  for (const body of bodies) {
    const headers = { "X-Api": qstash.url };
    const request = { url: destination.url, body, headers, flowControl };
    published.push((await client.publish(request)).messageId);
  }
  await qstash.idle();
  assertEquals(crowd.most, 3);
  assertEquals(destination.bodies.toSorted(), bodies);
  const begun = events.filter(({ event }) => event === "active").map(({ messageId }) => messageId);
  assertEquals(begun, published);
}, {
  async reply(delivery) {
    crowd.most = Math.max(crowd.most, ++crowd.active);
    if (crowd.active === 3) crowd.full.resolve();
    await crowd.full.promise;
    // A round trip lets the server begin whatever it wrongly believes it may.
    await fetch(delivery.headers.get("X-Api")!).then((answer) => answer.body?.cancel());
    crowd.active--;
    return new Response("ok");
  },
});

testQStash("a message that waits for its retry leaves its place to others", async (setup) => {
  const { qstash, client, destination } = setup;
  const flowControl = { key: "boards", parallelism: 1 };
  const url = destination.url;
  await client.publish({ url, body: "first", flowControl, retryDelay: "200000" });
  await client.publish({ url, body: "second", flowControl });
  await qstash.idle();
  assertEquals(destination.bodies, ["first", "second", "first"]);
}, { reply: (_, n) => new Response("", { status: n === 0 ? 500 : 200 }) });

const held = heldReply();
testQStash("a message waits for its own key only, and not after it is cancelled", async (setup) => {
  const { qstash, client, destination } = setup;
  const publish = (body: string, key?: string) =>
    client.publish({
      url: destination.url,
      body,
      ...key && { flowControl: { key, parallelism: 1 } },
    });
  await publish("held", "a");
  await destination.received(1);
  const inLine = await publish("in line", "a");
  await publish("last", "a");
  await publish("other key", "b");
  await destination.received(2);
  await publish("no key");
  await destination.received(3);
  assertEquals(await client.messages.cancel(inLine.messageId), { cancelled: 1 });
  held.letGo();
  await qstash.idle();
  assertEquals(destination.bodies, ["held", "other key", "no key", "last"]);
}, { reply: ({ body }: Delivery) => body === "held" ? held.reply() : new Response("ok") });
