/** Streams, lies about lengths, junk and odd methods: over real sockets, as no client library sends them. */
import { assert, assertEquals } from "@std/assert";
import { assertContract, refusal } from "../support/contract.ts";
import { chunk, type RawAnswer, rawRequest } from "../support/raw_http.ts";
import { type Person, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({ functionsEnv: { MAX_ACTIVE_JOBS: "99999", MAX_DAILY_JOBS: "99999" } });
const queueFunctions = ["process-job", "fail-job", "sweep-jobs"];
const everyFunction = ["create-job", ...queueFunctions];
const utf8 = (text: string) => new TextEncoder().encode(text);
const good = utf8('{"goals":["a"]}');
/** Of ten megabytes: on a busy machine the sockets' buffers take some of them before the answer is there. */
const most = 8 * 1024 * 1024;

const credentials = ({ token }: Person) => [
  `Authorization: Bearer ${token}`,
  `apikey: ${stack().env.SUPABASE_PUBLISHABLE_KEY}`,
];
const rowsOf = async ({ id }: Person) =>
  (await stack().sql`select from public.vision_board_jobs where user_id = ${id}`).length;

/** The function's own process: what the platform's gateway would hold back reaches it. */
async function direct(fn: string): Promise<string> {
  const place = await stack().functions.locate(fn, 5_000);
  assert(typeof place === "object");
  return `http://127.0.0.1:${place.port}/${fn}`;
}

/** POSTs these bytes to create-job's process, with the length that they have. */
const send = async (person: Person, body: Uint8Array, more: string[] = []) =>
  await rawRequest(
    await direct("create-job"),
    "POST",
    [...credentials(person), `Content-Length: ${body.length}`, ...more],
    [body],
  );

/** Fails unless the answer is the contract's error with this status and code. */
function refused(answer: RawAnswer | null, status: number, code: string, what = "") {
  assertEquals([answer?.status, JSON.parse(answer?.text || "{}").code], [status, code], what);
  return assertContract(answer!.headers, answer!.text, what);
}

/** Ten megabytes, 64 KiB at a time, of which nobody said how many they are. */
function* tenMegabytes() {
  const part = chunk(new Uint8Array(65_536).fill(0x20));
  for (let i = 0; i < 160; i++) yield part;
  yield chunk(new Uint8Array());
}

/** The most memory that the function's process has ever had, in MiB; Linux only knows it. */
function peak(fn: string): number {
  if (Deno.build.os !== "linux") return 0;
  const status = Deno.readTextFileSync(`/proc/${stack().functions.pid(fn)}/status`);
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
}

test("ten megabytes in a stream get their 413 while most of them are still to come", async () => {
  const ava = await stack().person();
  const head = [...credentials(ava), "Transfer-Encoding: chunked"];
  for (const url of [await direct("create-job"), stack().functionUrl("create-job")]) {
    const answer = await rawRequest(url, "POST", head, tenMegabytes());
    refused(answer, 413, "body_too_large");
    assert(answer!.sent < most, `${answer!.sent} bytes were taken`);
  }
  assertEquals(await rowsOf(ava), 0);
});

test("forty such streams at once do not take the memory that they would fill", async () => {
  const ava = await stack().person();
  const head = [...credentials(ava), "Transfer-Encoding: chunked"];
  const url = await direct("create-job");
  await send(ava, utf8("{}")); // what a first request needs
  const before = peak("create-job");
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => rawRequest(url, "POST", head, tenMegabytes())),
  );
  for (const answer of answers) refused(answer, 413, "body_too_large");
  const grown = peak("create-job") - before;
  assert(grown < 100, `400 MiB were sent, and memory grew by ${grown} MiB`);
});

test("unsigned megabytes for the functions of QStash get their 401 unread", async () => {
  for (const fn of queueFunctions) {
    const url = await direct(fn);
    const unsigned = await rawRequest(url, "POST", ["Transfer-Encoding: chunked"], tenMegabytes());
    refused(unsigned, 401, "invalid_signature", fn);
    assert(unsigned!.sent < most, `${fn}: ${unsigned!.sent} bytes were taken`);

    const head = ["Transfer-Encoding: chunked", "Upstash-Signature: a.b.c"];
    const forged = await rawRequest(url, "POST", head, tenMegabytes());
    refused(forged, 401, "invalid_signature", fn);
    assert(forged!.sent < most, `${fn}: ${forged!.sent} bytes were taken`);
  }
});

test("a length over 16 KiB is refused before the first byte, true or not", async () => {
  const ava = await stack().person();
  for (const length of [16_385, 10_485_760, 9_007_199_254_740_993]) {
    const head = [...credentials(ava), `Content-Length: ${length}`];
    const answer = await rawRequest(await direct("create-job"), "POST", head);
    refused(answer, 413, "body_too_large", `${length}`);
  }
  assertEquals(await rowsOf(ava), 0);
});

test("exactly 16 KiB are read, streamed or not, and one byte more is not", async () => {
  const ava = await stack().person();
  const full = utf8(new TextDecoder().decode(good).padEnd(16 * 1024));
  const more = new Uint8Array([...full, 0x20]);
  assertEquals((await send(ava, full))?.status, 202);
  refused(await send(ava, more), 413, "body_too_large");

  const head = [...credentials(ava), "Transfer-Encoding: chunked"];
  const url = await direct("create-job");
  const end = chunk(new Uint8Array());
  assertEquals((await rawRequest(url, "POST", head, [chunk(full), end]))?.status, 202);
  refused(await rawRequest(url, "POST", head, [chunk(more), end]), 413, "body_too_large");
  assertEquals(await rowsOf(ava), 2);
});

test("a body that breaks off in the middle becomes no row, and is no reason to fail", async () => {
  const ava = await stack().person();
  const url = await direct("create-job");
  const pid = stack().functions.pid("create-job");
  // a whole request, were it not for the end that is missing
  const cut = [
    { head: ["Transfer-Encoding: chunked"], parts: [chunk(good)] },
    { head: [`Content-Length: ${good.length + 1}`], parts: [good] },
    { head: ["Content-Length: 16384"], parts: [] },
  ];
  for (const { head, parts } of cut) {
    await rawRequest(url, "POST", [...credentials(ava), ...head], parts, { hangUp: true });
  }
  assertEquals((await send(ava, good))?.status, 202);
  assertEquals(await rowsOf(ava), 1);
  assertEquals(stack().functions.pid("create-job"), pid);
});

test("lengths that contradict each other or are none get a 4xx and leave nothing", async () => {
  const ava = await stack().person();
  const lies = [
    ["Content-Length: 5"], // "{"goa" is all that counts
    ["Content-Length: -5"],
    ["Content-Length: 1e1"],
    ["Content-Length: 15", "Content-Length: 5"],
    ["Content-Length: 99999999999999999999"],
    ["Content-Length: 15", "Transfer-Encoding: chunked"],
    ["Transfer-Encoding: gzip"],
  ];
  for (const lie of lies) {
    const answer = await rawRequest(
      await direct("create-job"),
      "POST",
      [...credentials(ava), ...lie],
      [good],
    );
    const status = answer?.status ?? 400; // or the connection ends
    assert(status >= 400 && status < 500, `${lie}: ${status}`);
  }
  assertEquals(await rowsOf(ava), 0);
});

test("every field of a wrong type is named", async () => {
  const ava = await stack().person();
  const wrong: unknown[] = [true, 0, 1.5, "", {}, [], [[]], { length: 1, 0: "a" }];
  const cases: [string, unknown[]][] = [
    ["goals", [...wrong, null]],
    ["goals.0", [true, 0, {}, [], null, ""].map((goal) => [goal])],
    ["name", [true, 0, {}, []]],
    ["rank_tag", [true, 0, {}, []]],
    ["theme", wrong],
    ["idempotency_key", wrong],
  ];
  for (const [path, values] of cases) {
    const field = path.split(".")[0]!;
    for (const value of values) {
      const response = await ava.create({ goals: ["a"], [field]: value });
      const { issues } = await refusal(response, 400, "validation_failed", `${path}: ${value}`);
      assert(issues!.some((issue) => issue.path.startsWith(field)), `${path}: ${value}`);
      if (path === "goals.0") assertEquals(issues!.map((issue) => issue.path), [path]);
    }
  }
  assertEquals(await rowsOf(ava), 0);
});

test("what is no JSON in UTF-8 is invalid_json: cut, deep, UTF-16, raw bytes, nothing at all", async () => {
  const ava = await stack().person();
  const utf16 = (text: string) =>
    new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer);
  const junk: Record<string, Uint8Array> = {
    "nothing": new Uint8Array(),
    "blanks": utf8(" \n "),
    "half of it": good.subarray(0, 8),
    "two of it": new Uint8Array([...good, ...good]),
    "UTF-16": utf16('{"goals":["a"]}'),
    "UTF-16 with its mark": new Uint8Array([0xff, 0xfe, ...utf16('{"goals":["a"]}')]),
    "a byte that is not UTF-8": new Uint8Array([
      ...good.subarray(0, 11),
      0xff,
      ...good.subarray(11),
    ]),
    "an overlong slash": new Uint8Array([
      ...good.subarray(0, 11),
      0xc0,
      0xaf,
      ...good.subarray(11),
    ]),
    "half an emoji": new Uint8Array([
      ...good.subarray(0, 11),
      0xed,
      0xa0,
      0xbd,
      ...good.subarray(11),
    ]),
    "16,000 levels that do not end": utf8("[".repeat(16_000)),
    "single quotes": utf8("{'goals':['a']}"),
    "a comment": utf8('{"goals":["a"]}// yes'),
    "a form": utf8("goals=a&goals=b"),
    "a NUL behind it": new Uint8Array([...good, 0]),
  };
  for (const [what, body] of Object.entries(junk)) {
    refused(await send(ava, body), 400, "invalid_json", what);
  }
  const deep = utf8(`{"goals":${"[".repeat(8_000)}${"]".repeat(8_000)}}`);
  refused(await send(ava, deep), 400, "validation_failed");
  // 100,000 levels are 200 KB: refused for their size before anybody parses them
  const deeper = utf8(`{"goals":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
  refused(await send(ava, deeper), 413, "body_too_large");
  assertEquals(await rowsOf(ava), 0);
});

test("of a key that is there twice the last counts; a byte order mark does no harm", async () => {
  const ava = await stack().person();
  const twice = await send(
    ava,
    utf8('{"goals":["first"],"goals":["last"],"theme":5,"theme":"dark"}'),
  );
  assertEquals(twice?.status, 202);
  const row = (await stack().read(JSON.parse(twice!.text).id))!;
  assertEquals([row.goals as unknown, row.theme], [["last"], "dark"]);
  assertEquals((await send(ava, new Uint8Array([0xef, 0xbb, 0xbf, ...good])))?.status, 202);
});

test("every method but POST is 405, on every function, readable across origins", async () => {
  for (const fn of everyFunction) {
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW", "post"]) {
      const answer = await rawRequest(await direct(fn), method, ["Content-Length: 0"]);
      refused(answer, 405, "method_not_allowed", `${method} ${fn}`);
      assertEquals(answer!.headers.get("allow"), "POST, OPTIONS");
    }
    const head = await fetch(stack().functionUrl(fn), { method: "HEAD" });
    assertEquals([head.status, head.headers.get("access-control-allow-origin")], [405, "*"]);
    const preflight = await fetch(stack().functionUrl(fn), { method: "OPTIONS" });
    assertEquals([preflight.status, preflight.headers.get("access-control-allow-origin")], [
      204,
      "*",
    ]);
  }
});

test("a path below a function is the function, with the same checks", async () => {
  const ava = await stack().person();
  for (const below of ["/", "/x", "/..%2Ffail-job", "?a=b", "//", "/%00"]) {
    const url = `${stack().functionUrl("create-job")}${below}`;
    await refusal(await fetch(url, { method: "POST", body: good }), 401, "unauthorized", below);
    for (const fn of queueFunctions) {
      const other = await fetch(`${stack().functionUrl(fn)}${below}`, {
        method: "POST",
        body: "{}",
      });
      await refusal(other, 401, "invalid_signature", `${fn}${below}`);
    }
  }
  assertEquals(await rowsOf(ava), 0);
});

test("after all of it every function still serves, in the process it started with", async () => {
  const ava = await stack().person();
  const { id } = await (await ava.create({ goals: ["a"] })).json();
  await until(async () => (await stack().read(id))?.status === "complete", 60);
  const restarts = stack().raw.filter((line) => line.includes("process ended with code"));
  assertEquals(restarts, []);
});
