/** The rules of the protocol by themselves, without a server. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Receiver } from "@upstash/qstash";
import { retryDelayMs } from "../../tools/local-stack/qstash/backoff.ts";
import { readBody } from "../../tools/local-stack/qstash/body.ts";
import { nextTime, parseCron } from "../../tools/local-stack/qstash/cron.ts";
import { parseDuration } from "../../tools/local-stack/qstash/duration.ts";
import { Refusal } from "../../tools/local-stack/qstash/errors.ts";
import { parseExpression } from "../../tools/local-stack/qstash/expression.ts";
import { parseEnvelope } from "../../tools/local-stack/qstash/headers.ts";
import { sign } from "../../tools/local-stack/qstash/signature.ts";
import { Timeline } from "../../tools/local-stack/qstash/timeline.ts";
import { test } from "./qstash_support.ts";

const NOW = Date.UTC(2026, 0, 1);

test("an expression computes with precedence, signs and every function", () => {
  const cases: [string, number, number][] = [
    ["1000", 0, 1000],
    ["1000 * (1 + retried)", 2, 3000],
    ["10000 * pow(3, retried)", 2, 90_000],
    ["max(1000, pow(2, retried) * 100)", 5, 3200],
    ["2 + 3 * 4 - 6 / 3 % 2", 0, 14],
    ["-retried + -(-2)", 3, -1],
    ["floor(1.9) + ceil(1.1) + round(2.5) + abs(-1) + sqrt(9) + min(1, 2)", 0, 11],
    ["exp(0) + .5 + 1e3", 0, 1001.5],
  ];
  for (const [source, retried, expected] of cases) {
    assertEquals(parseExpression(source)(retried), expected, source);
  }
});

test("an expression that is not arithmetic is a syntax error", () => {
  const wrong = ["", "1 +", "(1", "1)", "2 3", "pow(2)", "max(1,2,3)", "retries", "constructor(1)"];
  for (const source of [...wrong, "1; 2", "alert(1)", "`1`", "retried.x", "(".repeat(10_000)]) {
    assertThrows(() => parseExpression(source), SyntaxError);
  }
});

test("the n-th retry waits e^(2.5 n) seconds, a day at the most", () => {
  const delay = (retried: number) => Math.floor(retryDelayMs({ retried, header: {} }, NOW) / 1000);
  assertEquals([0, 1, 2, 3, 4].map(delay), [12, 148, 1808, 22026, 86400]);
});

test("a formula without a sensible result waits between no time and a day", () => {
  const delay = (source: string) =>
    retryDelayMs({ retried: 0, retryDelay: parseExpression(source), header: {} }, NOW);
  assertEquals(["-5", "1/0", "sqrt(-1)", "1e99"].map(delay), [0, 86.4e6, 86.4e6, 86.4e6]);
});

test("the destination's headers override the back-off", () => {
  const delay = (header: Record<string, string[]>) =>
    retryDelayMs({ retried: 0, retryDelay: () => 7, header }, NOW);
  assertEquals(delay({ "Retry-After": ["0"] }), 0);
  assertEquals(delay({ "Retry-After": ["10"] }), 10_000);
  assertEquals(delay({ "Retry-After": ["6m5s"] }), 365_000);
  assertEquals(delay({ "Retry-After": [new Date(NOW + 90_000).toUTCString()] }), 90_000);
  assertEquals(delay({ "Retry-After": [new Date(NOW - 90_000).toUTCString()] }), 0);
  assertEquals(delay({ "X-Ratelimit-Reset": ["30"] }), 30_000);
  assertEquals(delay({ "X-Ratelimit-Reset-Tokens": ["2s"], "Retry-After": ["1"] }), 1_000);
  assertEquals(delay({ "Retry-After": ["soon"] }), 7, "what is not understood is ignored");
  assertEquals(delay({ "Retry-After": ["86401"] }), 7, "and so is more than a day");
});

test("a duration is numbers with units and nothing else", () => {
  assertEquals(parseDuration("5s"), 5_000);
  assertEquals(parseDuration("1d10h30m"), 124_200_000);
  assertEquals(parseDuration("0.25s"), 250);
  assertEquals(["", "5", "s", "5 s", "5s!", "-5s"].map(parseDuration), Array(6).fill(undefined));
});

const next = (cron: string, after: string) => {
  const time = nextTime(parseCron(cron), Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

test("a cron expression names the next minute that matches it", () => {
  const cases: [string, string, string][] = [
    ["* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00.000Z"],
    ["* * * * *", "2026-01-01T00:00:59.999Z", "2026-01-01T00:01:00.000Z"],
    ["*/15 8-18/2 * * *", "2026-01-01T08:46:00Z", "2026-01-01T10:00:00.000Z"],
    ["5,10 0 * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00.000Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["0 9 * jan-MAR mon", "2026-01-01T00:00:00Z", "2026-01-05T09:00:00.000Z"],
    ["0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00.000Z"],
    ["0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00.000Z"],
    ["59 23 31 12 *", "2026-01-01T00:00:00Z", "2026-12-31T23:59:00.000Z"],
  ];
  for (const [cron, after, expected] of cases) assertEquals(next(cron, after), expected, cron);
});

test("CRON_TZ moves a cron expression to a zone, through its changes of the clock", () => {
  const berlin = "CRON_TZ=Europe/Berlin 30 2 * * *";
  assertEquals(next(berlin, "2026-01-01T12:00:00Z"), "2026-01-02T01:30:00.000Z");
  assertEquals(next(berlin, "2026-07-01T12:00:00Z"), "2026-07-02T00:30:00.000Z");
  // 29 March 2026 has no 02:30 in Berlin, 25 October has two.
  assertEquals(next(berlin, "2026-03-28T12:00:00Z"), "2026-03-30T00:30:00.000Z");
  assertEquals(next(berlin, "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00.000Z");
  assertEquals(next(berlin, "2026-10-25T00:30:00Z"), "2026-10-25T01:30:00.000Z");
});

test("a cron expression that is wrong or never comes is a syntax error", () => {
  const wrong = ["", "* * * *", "* * * * * *", "60 * * * *", "5-1 * * * *", "*/0 * * * *"];
  for (
    const cron of [...wrong, "0 0 30 2 *", "CRON_TZ=Nowhere/City * * * * *", "@daily", "a * * * *"]
  ) {
    assertThrows(() => parseCron(cron), SyntaxError);
  }
});

test("a signature is good for one key, one URL, one body and five minutes", async () => {
  const url = "https://example.com//a?b=%20c";
  const body = new TextEncoder().encode('{"goal":"größer"}');
  const text = new TextDecoder().decode(body);
  const keys = { currentSigningKey: "sig_one", nextSigningKey: "sig_two", devMode: false };
  const receiver = new Receiver(keys);
  const now = Date.now();
  const signature = await sign({ url, body }, "sig_one", now, "1");
  assert(await receiver.verify({ signature, body: text, url }));
  assert(
    await receiver.verify({
      signature: await sign({ url, body }, "sig_two", now, "2"),
      body: text,
    }),
    "the next key is as good as the current one",
  );
  const refused = [
    { signature, body: text.replace("g", "G"), url },
    { signature, body: text, url: url + "d" },
    { signature: await sign({ url, body }, "sig_three", now, "3"), body: text, url },
    { signature: await sign({ url, body }, "sig_one", now - 301_000, "4"), body: text, url },
    { signature: signature.slice(0, -4) + "AAAA", body: text, url },
  ];
  for (const request of refused) {
    assertEquals(
      (await assertRejects(() => receiver.verify(request)) as Error).name,
      "SignatureError",
    );
  }
});

const publication = { destination: "https://example.com", body: new Uint8Array(), callerIp: "::1" };
const envelope = (headers: Record<string, string>) =>
  parseEnvelope(new Headers(headers), publication);

test("request headers become a message; forwarded ones lose their prefix", async () => {
  const parsed = await envelope({
    "Content-Type": "application/json",
    "Upstash-Method": "put",
    "Upstash-Forward-X-Request-Id": "r1",
    "Upstash-Forward-Host": "elsewhere",
    "Upstash-Retries": "2",
    "Upstash-Retry-Delay": "1000",
    "Upstash-Timeout": "90s",
    "Upstash-Not-Before": "1700000000",
    "Upstash-Label": "a, b",
    "Upstash-Flow-Control-Key": "k",
    "Upstash-Flow-Control-Value": "Parallelism=2, rate=3, period=1m",
    "Upstash-Callback": "https://example.com/callback",
    "Upstash-Callback-Forward-X-Secret": "s",
    "Upstash-Failure-Callback": "https://example.com/failure",
    "Upstash-Failure-Callback-Retries": "0",
    Accept: "text/html",
  });
  assertEquals(parsed.method, "PUT");
  assertEquals(parsed.header, { "Content-Type": ["application/json"], "X-Request-Id": ["r1"] });
  assertEquals([parsed.maxRetries, parsed.timeoutMs, parsed.notBefore], [
    2,
    90_000,
    1_700_000_000_000,
  ]);
  assertEquals(parsed.labels, ["a", "b"]);
  assertEquals(parsed.flowControl, { key: "k", parallelism: 2, rate: 3, periodMs: 60_000 });
  assertEquals(parsed.callback?.header["X-Secret"], ["s"]);
  assertEquals(parsed.callback?.maxRetries, 2, "a callback is retried like its message");
  assertEquals(parsed.callback?.retryDelay?.source, "1000");
  assertEquals(parsed.failureCallback?.maxRetries, 0, "unless it says otherwise");
});

test("a header that QStash would not take is refused with 400", async () => {
  const wrong: Record<string, string>[] = [
    { "Upstash-Method": "FETCH" },
    { "Upstash-Retries": "-1" },
    { "Upstash-Retries": "6" },
    { "Upstash-Retry-Delay": "process.exit()" },
    { "Upstash-Timeout": "90" },
    { "Upstash-Delay": "soon" },
    { "Upstash-Not-Before": "tomorrow" },
    { "Upstash-Callback": "example.com" },
    { "Upstash-Flow-Control-Key": "k" },
    { "Upstash-Flow-Control-Key": "k", "Upstash-Flow-Control-Value": "speed=1" },
    { "Upstash-Flow-Control-Key": "k", "Upstash-Flow-Control-Value": "parallelism=0" },
    { "Upstash-Flow-Control-Key": "k", "Upstash-Flow-Control-Value": "period=1s" },
  ];
  for (const headers of wrong) {
    const refusal = await assertRejects(() => envelope(headers), Refusal) as Refusal;
    assertEquals(refusal.status, 400, JSON.stringify(headers));
  }
});

test("a body without end is read no further than a message may be long", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(300_000)),
    cancel: () => void (cancelled = true),
  });
  const { bytes, truncated } = await readBody(endless);
  assertEquals([bytes.length, truncated, cancelled], [1_000_000, true, true]);
});

test("a timeline runs what is due in order, and one failure does not stop the rest", async () => {
  const errors: unknown[] = [];
  const timeline = new Timeline(() => NOW, (error) => errors.push(error));
  const ran: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  timeline.at(NOW + 2, () => (ran.push("third"), resolve()));
  timeline.at(NOW - 5, () => ran.push("first"));
  timeline.at(NOW + 1, () => {
    ran.push("second");
    throw new Error("of its own");
  });
  timeline.at(NOW + 1, () => ran.push("never"))();
  await promise;
  assertEquals(ran, ["first", "second", "third"]);
  assertEquals(errors.length, 1);
});
