/** Nobody who sends a request decides where the functions, QStash or a board's link go. */
import { assertEquals, assertNotMatch } from "@std/assert";
import { startFakeServer } from "../support/fake_server.ts";
import { rawRequest } from "./raw_http.ts";
import { test, until, useStack } from "../support/test_stack.ts";

/** Must never be called. */
const canary = startFakeServer(() => Response.json({ messageId: "msg_canary", keys: [] }));
Deno.test.afterAll(() => canary.stop());
Deno.test.afterEach(() => assertEquals(canary.requests, []));
const host = new URL(canary.url).host;
const at = (path: string) => `${canary.url}/${path}`;

const stack = useStack();

/** Everything that a request could hope somebody follows. */
const headers: Record<string, string> = {
  "forwarded": `host=${host};proto=http`,
  "via": `1.1 ${host}`,
  "link": `<${at("link")}>; rel="preload"`,
  "x-forwarded-host": host,
  "x-forwarded-for": host,
  "x-forwarded-proto": "https",
  "x-forwarded-port": new URL(canary.url).port,
  "x-forwarded-prefix": `/${host}`,
  "x-http-method-override": "GET",
  "upstash-forward-authorization": "Bearer forwarded",
  "upstash-forward-x-evil": "evil",
  "upstash-method": "GET",
  "upstash-retries": "0",
  "upstash-delay": "1d",
  "upstash-topic-name": "evil",
  "upstash-message-id": "msg_evil",
  "vision-board-dispatch": "9",
};
const urlHeaders = `origin referer sourcemap x-original-url x-rewrite-url x-callback-url
  x-supabase-url upstash-callback upstash-failure-callback`;
for (const name of urlHeaders.split(/\s+/)) headers[name] = at(name);

/** Every field that a person controls, and others that they might hope for. */
const body: Record<string, unknown> = {
  goals: [at("goal"), `![](${at("markdown")})`, `<img src="${at("img")}">`, `url(${at("css")})`],
  name: `${at("n")} <svg>`,
  rank_tag: at("tag"),
  idempotency_key: at("key"),
  headers: { "upstash-callback": at("nested") },
};
const urlFields = `callback failureCallback url functions_url image_url image_storage_path webhook
  destination sourceBody`;
for (const name of urlFields.split(/\s+/)) body[name] = at(name);

const completed = (id: string) =>
  until(async () => {
    const row = await stack().read(id);
    return row?.status === "complete" && row;
  });

test("no address in a field or a header is called, nor changes where QStash delivers", async () => {
  const ava = await stack().person();
  stack().functions.kill("process-job", "SIGSTOP"); // the message must still be there
  const response = await ava.create(body, headers);
  assertEquals(response.status, 202);
  const { id } = await response.json();
  const messageId = (await stack().read(id))!.qstash_message_id;
  const answer = await fetch(`${stack().env.QSTASH_URL}/v2/messages/${messageId}`, {
    headers: { authorization: `Bearer ${stack().env.QSTASH_TOKEN}` },
  });
  const message = await answer.json();
  stack().functions.kill("process-job", "SIGCONT");

  assertEquals(
    [message.method, message.url, message.callback, message.failureCallback],
    ["POST", stack().functionUrl("process-job"), undefined, stack().functionUrl("fail-job")],
  );
  assertEquals(message.body, JSON.stringify({ job_id: id }));
  assertEquals(Object.keys(message.header).toSorted(), ["Content-Type", "Vision-Board-Dispatch"]);
  assertEquals(message.header["Vision-Board-Dispatch"], ["1"]);
  assertNotMatch(JSON.stringify(message), new RegExp(`${host}|evil|forwarded`));

  const { image_url, image_storage_path } = await completed(id);
  assertEquals(image_storage_path!.split("/")[0], id);
  const { origin, pathname } = new URL(image_url!);
  assertEquals(origin, stack().env.SUPABASE_URL);
  assertEquals(pathname, `/storage/v1/object/sign/vision-boards/${image_storage_path}`);
});

test("another Host changes no address either", async () => {
  const ava = await stack().person();
  const place = await stack().functions.locate("create-job", 5_000);
  const { port } = place as { port: number };
  const bytes = new TextEncoder().encode(JSON.stringify({ goals: ["Learn to swim"] }));
  for (const line of [`Host: ${host}`, `X-Forwarded-Host: ${host}`]) {
    // a second Host comes before the right one is looked at
    const answer = await rawRequest(`http://127.0.0.1:${port}/create-job`, "POST", [
      line,
      `Authorization: Bearer ${ava.token}`,
      `apikey: ${stack().env.SUPABASE_PUBLISHABLE_KEY}`,
      `Content-Length: ${bytes.length}`,
    ], [bytes]);
    if (answer?.status !== 202) continue; // two Hosts are a 400 by RFC 9112
    const { id } = JSON.parse(answer.text);
    assertEquals(new URL((await completed(id)).image_url!).origin, stack().env.SUPABASE_URL);
  }
});

test("QStash's deliveries carry no address that is followed", async () => {
  const { id } = await stack().row({ goals: [at("goal")], name: at("name") });
  const more = { ...headers, "upstash-message-id": at("message") };
  const body = { job_id: id, url: at("url"), image_url: at("image"), callback: at("callback") };
  assertEquals((await stack().deliver("process-job", body, more)).status, 200);
  assertEquals(new URL((await stack().read(id))!.image_url!).origin, stack().env.SUPABASE_URL);
  const callback = { sourceBody: btoa(JSON.stringify(body)), url: at("url"), dlqId: at("dlq") };
  assertEquals((await stack().deliver("fail-job", callback, more)).status, 200);
  assertEquals((await stack().deliver("sweep-jobs", { url: at("sweep") }, more)).status, 200);
});

test("the canary would have been heard", async () => {
  await (await fetch(at("check"))).body?.cancel();
  assertEquals(canary.requests.splice(0).map(({ path }) => path), ["/check"]);
});
