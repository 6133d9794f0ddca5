/** Nobody who sends a request decides where the functions, QStash or a picture's link go. */
import { assertEquals, assertNotMatch } from "@std/assert";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { rawRequest } from "./raw_http.ts";
import { type Person, test, until, useStack } from "../support/test_stack.ts";

/** Must never be called. Anybody on this machine could reach it. */
const calls: string[] = [];
const canary = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
  calls.push(`${request.method} ${request.url}`);
  return Response.json({ messageId: "msg_canary", keys: [] });
});
Deno.test.afterAll(() => canary.shutdown());
const at = (path: string) => `http://127.0.0.1:${canary.addr.port}/${path}`;
const host = `127.0.0.1:${canary.addr.port}`;

const stack = useStack({
  functionsEnv: { ALLOW_GUESTS: "true", MAX_ACTIVE_JOBS: "999", MAX_DAILY_JOBS: "999" },
});

/** Everything that a request could hope that somebody follows. */
const headers: Record<string, string> = {
  "x-forwarded-host": host,
  "x-forwarded-proto": "https",
  "x-forwarded-for": host,
  "x-forwarded-port": String(canary.addr.port),
  "x-forwarded-prefix": `/${host}`,
  "forwarded": `host=${host};proto=http`,
  "origin": at("origin"),
  "referer": at("referer"),
  "x-original-url": at("original"),
  "x-rewrite-url": at("rewrite"),
  "x-http-method-override": "GET",
  "x-callback-url": at("callback"),
  "x-supabase-url": at("supabase"),
  "via": `1.1 ${host}`,
  "link": `<${at("link")}>; rel="preload"`,
  "sourcemap": at("map"),
  "upstash-callback": at("upstash-callback"),
  "upstash-failure-callback": at("upstash-failure-callback"),
  "upstash-forward-authorization": "Bearer forwarded",
  "upstash-forward-x-evil": "evil",
  "upstash-method": "GET",
  "upstash-retries": "0",
  "upstash-delay": "1d",
  "upstash-topic-name": "evil",
  "upstash-message-id": "msg_evil",
  "vision-board-dispatch": "9",
};

/** Every field a person controls, and those that they might hope for. */
const body = () => ({
  goals: [at("goal"), `![](${at("markdown")})`, `<img src="${at("img")}">`, `url(${at("css")})`],
  name: `${at("n")} <svg>`,
  rank_tag: at("tag"),
  idempotency_key: `${at("key")}?${crypto.randomUUID()}`,
  ...Object.fromEntries(
    ["callback", "url", "image_url", "image_storage_path", "webhook", "destination", "sourceBody"]
      .map((field) => [field, at(field)]),
  ),
  failureCallback: at("failure"),
  functions_url: at("functions"),
  headers: { "upstash-callback": at("nested") },
});

/** create-job with all of it, and the board drawn. The message as QStash held it, and the row. */
async function pursued(person: Person, more: Record<string, string> = {}) {
  stack().functions.kill("process-job", "SIGSTOP"); // so that the message is still there to be looked at
  try {
    const response = await person.create(body(), { ...headers, ...more });
    assertEquals(response.status, 202);
    const { id } = await response.json();
    const messageId = (await stack().read(id))!.qstash_message_id;
    const answer = await fetch(`${stack().env.QSTASH_URL}/v2/messages/${messageId}`, {
      headers: { authorization: `Bearer ${stack().env.QSTASH_TOKEN}` },
    });
    return { id, message: await answer.json() };
  } finally {
    stack().functions.kill("process-job", "SIGCONT");
  }
}

test("no address in a field or a header is called, nor changes where QStash delivers", async () => {
  const ava = await stack().person();
  const { id, message } = await pursued(ava);
  assertEquals([message.url, message.failureCallback, message.callback, message.method], [
    stack().functionUrl("process-job"),
    stack().functionUrl("fail-job"),
    undefined,
    "POST",
  ]);
  assertEquals(message.body, JSON.stringify({ job_id: id }));
  assertEquals(Object.keys(message.header).toSorted(), ["Content-Type", "Vision-Board-Dispatch"]);
  assertEquals(message.header["Vision-Board-Dispatch"], ["1"]);
  assertNotMatch(JSON.stringify(message), new RegExp(`${host}|evil|forwarded`));

  const row = await until(async () => {
    const found = await stack().read(id);
    return found?.status === "complete" && found;
  });
  assertEquals(row.image_storage_path, `${id}/${row.image_storage_path!.split("/")[1]}`);
  const link = new URL(row.image_url!);
  assertEquals(link.origin, stack().env.SUPABASE_URL);
  assertEquals(link.pathname, `/storage/v1/object/sign/vision-boards/${row.image_storage_path}`);
  assertEquals(calls, []);
});

test("another Host is nobody's address either", async () => {
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
    const row = await until(async () => {
      const found = await stack().read(id);
      return found?.status === "complete" && found;
    });
    assertEquals(new URL(row.image_url!).origin, stack().env.SUPABASE_URL);
  }
  assertEquals(calls, []);
});

test("a guest's address is an address, and nobody calls it", async () => {
  const { SUPABASE_PUBLISHABLE_KEY: apikey } = stack().env;
  const addresses = [
    at("email"),
    `ava@${host}`,
    `"<${at("quoted")}>"@example.com`,
    `ava@[127.0.0.1]`,
    `ava@example.com\r\nBcc: ${at("bcc")}`,
  ];
  for (const email of addresses) {
    const request = JSON.stringify({ goals: ["Learn to swim"], email });
    const response = await stack().post("create-job", request, { apikey, ...headers });
    assertEquals([email, response.status], [email, 400]);
    await response.body?.cancel();
  }
  assertEquals(calls, []);
});

test("a token that says where its key is gets no call, only 401", async () => {
  const ava = await stack().person();
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const claims = JSON.parse(atob(ava.token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/")));
  const { kid } = JSON.parse(atob(ava.token.split(".")[0]!));
  const brought: Record<string, unknown>[] = [
    { jku: at("jku") },
    { jku: at("jku"), kid },
    { x5u: at("x5u"), kid },
    { jwk, kid },
    { kid: at("kid") },
    { kid: "../../../dev/null" },
    { kid, x5c: [at("x5c")] },
  ];
  for (const header of brought) {
    for (const iss of [claims.iss, at("auth/v1")]) {
      const token = await new SignJWT({ ...claims, iss })
        .setProtectedHeader({ alg: "ES256", ...header }).sign(privateKey);
      const authorization = `Bearer ${token}`;
      const response = await ava.create({ goals: ["Learn to swim"] }, { authorization });
      assertEquals([JSON.stringify(header), response.status], [JSON.stringify(header), 401]);
      await response.body?.cancel();
    }
  }
  assertEquals(calls, []);
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
  assertEquals(calls, []);
});

test("the canary would have been heard", async () => {
  await (await fetch(at("check"))).body?.cancel();
  assertEquals(calls, [`GET ${at("check")}`]);
});
