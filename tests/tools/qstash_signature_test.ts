/** What the local QStash signs, as the SDK's Receiver sees it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Receiver } from "@upstash/qstash";
import { DEV_CREDENTIALS } from "../../tools/local-stack/qstash/server.ts";
import { fail, testQStash } from "./qstash_helpers.ts";

const { currentSigningKey, nextSigningKey } = DEV_CREDENTIALS;
const receiverOf = (keys: { currentSigningKey: string; nextSigningKey: string }) =>
  new Receiver({ ...keys, devMode: false });

testQStash("each delivery is signed anew, for its body and URL only", async (setup) => {
  const { qstash, client, destination } = setup;
  const path = "/a//b%2Fc/?x=1&y=%20";
  const url = destination.url + path;
  await client.publish({ url, body: '{"goal":"größer"}', retries: 2, retryDelay: "1" });
  await qstash.idle();
  const signatures = destination.header("Upstash-Signature").map(String);
  assertEquals(new Set(signatures).size, 3);
  const receiver = receiverOf({ currentSigningKey, nextSigningKey });
  const [body = ""] = destination.bodies;
  for (const signature of signatures) assert(await receiver.verify({ signature, body, url }));
  const [signature = ""] = signatures;
  const tampered = [
    { signature, body: body.replace("ö", "o"), url },
    { signature, body, url: `${url}z` },
    { signature: signature.slice(1), body, url },
  ];
  for (const request of tampered) await assertRejects(() => receiver.verify(request));
}, { reply: fail() });

testQStash("the keys are shown to whoever has the token", async ({ api }) => {
  const json = { current: currentSigningKey, next: nextSigningKey };
  assertEquals(await api("GET", "/v2/keys"), { status: 200, json });
});

testQStash("a failure callback is signed for its own URL", async (setup) => {
  const { qstash, client, destination } = setup;
  const url = `${destination.url}/failed`;
  await client.publish({ url: destination.url, retries: 0, failureCallback: url });
  await qstash.idle();
  const signature = destination.header("Upstash-Signature")[1] ?? "";
  const receiver = receiverOf({ currentSigningKey, nextSigningKey });
  assert(await receiver.verify({ signature, body: destination.bodies[1] ?? "", url }));
}, { reply: fail() });

testQStash("the current signing key can be a receiver's next one, and no other", async (setup) => {
  const { qstash, client, destination } = setup;
  await client.publish({ url: destination.url, body: "x" });
  await qstash.idle();
  const request = { signature: destination.header("Upstash-Signature")[0] ?? "", body: "x" };
  const rotated = receiverOf({ currentSigningKey: "sig_old", nextSigningKey: "sig_a" });
  assert(await rotated.verify(request));
  const others = receiverOf({ currentSigningKey: "sig_old", nextSigningKey: "sig_b" });
  await assertRejects(() => others.verify(request));
}, { token: "t", currentSigningKey: "sig_a", nextSigningKey: "sig_b" });

testQStash("a signature is good for five minutes", async ({ qstash, client, destination }) => {
  await client.publish({ url: destination.url, body: "x" });
  await qstash.idle();
  const request = { signature: destination.header("Upstash-Signature")[0] ?? "", body: "x" };
  const receiver = receiverOf({ currentSigningKey, nextSigningKey });
  await assertRejects(() => receiver.verify(request));
  assert(await receiver.verify({ ...request, clockTolerance: 10 }));
}, { now: () => Date.now() - 301_000 });
