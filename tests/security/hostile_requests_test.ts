/** Requests as no client library sends them, over real sockets: streams, wrong lengths, junk, odd methods. */
import { assert, assertEquals } from "@std/assert";
import { assertContract, refusal } from "../support/refusal.ts";
import { chunk, type RawAnswer, rawRequest } from "./raw_http.ts";
import { type Person, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({ functionsEnv: { MAX_ACTIVE_JOBS: "99999", MAX_DAILY_JOBS: "99999" } });
const queueFunctions = ["process-job", "fail-job", "sweep-jobs"];
const utf8 = (text: string) => new TextEncoder().encode(text);
const good = utf8('{"goals":["a"]}');
const chunked = "Transfer-Encoding: chunked";

const credentials = ({ token }: Person) => [
  `Authorization: Bearer ${token}`,
  `apikey: ${stack().env.SUPABASE_PUBLISHABLE_KEY}`,
];
const jobsOf = async ({ id }: Person) =>
  (await stack().sql`select from public.vision_board_jobs where user_id = ${id}`).length;

/** The function's own process: what the platform's gateway would hold back reaches it. */
async function direct(fn: string): Promise<string> {
  const place = await stack().functions.locate(fn, 5_000);
  assert(typeof place === "object");
  return `http://127.0.0.1:${place.port}/${fn}`;
}

/** POSTs these parts of a body to create-job's process, with these lines in the head. */
const post = async (person: Person, lines: string[], ...parts: Uint8Array[]) =>
  rawRequest(await direct("create-job"), "POST", [...credentials(person), ...lines], parts);
/** The same with the length that the body has. */
const send = (person: Person, body: Uint8Array) =>
  post(person, [`Content-Length: ${body.length}`], body);

/** Fails unless the answer is the contract's error with this status and code. */
function refused(answer: RawAnswer | null, status: number, code: string, what = "") {
  assertEquals([answer?.status, JSON.parse(answer?.text || "{}").code], [status, code], what);
  assertContract(answer!.headers, answer!.text, what);
}

/** Ten megabytes, 64 KiB at a time, without a length. */
function* tenMegabytes() {
  const part = chunk(new Uint8Array(65_536).fill(0x20));
  for (let i = 0; i < 160; i++) yield part;
  yield chunk(new Uint8Array());
}
/** The sockets' buffers take some of the ten megabytes before the answer is there. */
function assertUnread(answer: RawAnswer | null, what: string) {
  assert(answer!.sent < 8 * 1024 * 1024, `${what}: ${answer!.sent} bytes were taken`);
}

test("create-job answers ten megabytes with 413 before most of them are sent", async () => {
  const ava = await stack().person();
  const head = [...credentials(ava), chunked];
  for (const url of [await direct("create-job"), stack().functionUrl("create-job")]) {
    const answer = await rawRequest(url, "POST", head, tenMegabytes());
    refused(answer, 413, "body_too_large");
    assertUnread(answer, url);
  }
  assertEquals(await jobsOf(ava), 0);
});

test("the functions of QStash answer ten unsigned megabytes with 401 and do not read them", async () => {
  for (const fn of queueFunctions) {
    for (const head of [[chunked], [chunked, "Upstash-Signature: a.b.c"]]) {
      const answer = await rawRequest(await direct(fn), "POST", head, tenMegabytes());
      refused(answer, 401, "invalid_signature", fn);
      assertUnread(answer, fn);
    }
  }
});

test("a Content-Length over 16 KiB is refused before the first byte, true or not", async () => {
  const ava = await stack().person();
  for (const length of ["16385", "10485760", "9007199254740993"]) {
    refused(await post(ava, [`Content-Length: ${length}`]), 413, "body_too_large", length);
  }
  assertEquals(await jobsOf(ava), 0);
});

test("exactly 16 KiB are read, streamed or not, and one byte more is not", async () => {
  const ava = await stack().person();
  const full = utf8(new TextDecoder().decode(good).padEnd(16 * 1024));
  const more = new Uint8Array([...full, 0x20]);
  const end = chunk(new Uint8Array());
  assertEquals((await send(ava, full))?.status, 202);
  assertEquals((await post(ava, [chunked], chunk(full), end))?.status, 202);
  refused(await send(ava, more), 413, "body_too_large");
  refused(await post(ava, [chunked], chunk(more), end), 413, "body_too_large");
  assertEquals(await jobsOf(ava), 2);
});

test("a body that breaks off makes no job and does not end the process", async () => {
  const ava = await stack().person();
  const url = await direct("create-job");
  const pid = stack().functions.pid("create-job");
  // a whole request, but for its end
  const cut: [string, Uint8Array[]][] = [
    [chunked, [chunk(good)]],
    [`Content-Length: ${good.length + 1}`, [good]],
    ["Content-Length: 16384", []],
  ];
  for (const [line, parts] of cut) {
    await rawRequest(url, "POST", [...credentials(ava), line], parts, { hangUp: true });
  }
  assertEquals((await send(ava, good))?.status, 202);
  assertEquals(await jobsOf(ava), 1);
  assertEquals(stack().functions.pid("create-job"), pid);
});

test("lengths that contradict each other or are none get a 4xx and leave nothing", async () => {
  const ava = await stack().person();
  const lies = [
    ["Content-Length: 5"], // then the body is {"goa
    ["Content-Length: -5"],
    ["Content-Length: 1e1"],
    ["Content-Length: 15", "Content-Length: 5"],
    ["Content-Length: 99999999999999999999"],
    ["Content-Length: 15", chunked],
    ["Transfer-Encoding: gzip"],
  ];
  for (const lie of lies) {
    const status = (await post(ava, lie, good))?.status ?? 400; // or the connection ends
    assert(status >= 400 && status < 500, `${lie}: ${status}`);
  }
  assertEquals(await jobsOf(ava), 0);
});

test("a body that is not JSON in UTF-8 is invalid_json", async () => {
  const ava = await stack().person();
  const utf16 = Uint16Array.from('{"goals":["a"]}', (letter) => letter.charCodeAt(0));
  const withBytes = (...bytes: number[]) =>
    new Uint8Array([...good.subarray(0, 11), ...bytes, ...good.subarray(11)]);
  const junk: Record<string, Uint8Array> = {
    "nothing": new Uint8Array(),
    "blanks": utf8(" \n "),
    "half of it": good.subarray(0, 8),
    "two of it": new Uint8Array([...good, ...good]),
    "UTF-16": new Uint8Array(utf16.buffer),
    "UTF-16 with its mark": new Uint8Array([0xff, 0xfe, ...new Uint8Array(utf16.buffer)]),
    "a byte that is not UTF-8": withBytes(0xff),
    "an overlong slash": withBytes(0xc0, 0xaf),
    "half an emoji": withBytes(0xed, 0xa0, 0xbd),
    "16,000 levels that do not end": utf8("[".repeat(16_000)),
    "single quotes": utf8("{'goals':['a']}"),
    "a comment": utf8('{"goals":["a"]}// yes'),
    "a form": utf8("goals=a&goals=b"),
    "a NUL at the end": new Uint8Array([...good, 0]),
  };
  for (const [what, body] of Object.entries(junk)) {
    refused(await send(ava, body), 400, "invalid_json", what);
  }
  const deep = (levels: number) => utf8(`{"goals":${"[".repeat(levels)}${"]".repeat(levels)}}`);
  refused(await send(ava, deep(8_000)), 400, "validation_failed");
  refused(await send(ava, deep(100_000)), 413, "body_too_large"); // before anybody parses it
  assertEquals(await jobsOf(ava), 0);
});

test("every method but POST is a 405 on every function, readable across origins", async () => {
  for (const fn of ["create-job", ...queueFunctions]) {
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW", "post"]) {
      const answer = await rawRequest(await direct(fn), method, ["Content-Length: 0"]);
      refused(answer, 405, "method_not_allowed", `${method} ${fn}`);
      assertEquals(answer!.headers.get("allow"), "POST, OPTIONS");
    }
    for (const [method, status] of [["HEAD", 405], ["OPTIONS", 204]] as const) {
      const response = await fetch(stack().functionUrl(fn), { method });
      const origin = response.headers.get("access-control-allow-origin");
      assertEquals([method, response.status, origin], [method, status, "*"]);
    }
  }
});

test("a path below a function is the function, with the same checks", async () => {
  const ava = await stack().person();
  for (const below of ["/", "/x", "/..%2Ffail-job", "?a=b", "//", "/%00"]) {
    const call = (fn: string, body: BodyInit) =>
      fetch(`${stack().functionUrl(fn)}${below}`, { method: "POST", body });
    await refusal(await call("create-job", good), 401, "unauthorized", below);
    for (const fn of queueFunctions) {
      await refusal(await call(fn, "{}"), 401, "invalid_signature", `${fn}${below}`);
    }
  }
  assertEquals(await jobsOf(ava), 0);
});

test("after all of it every function still serves, in the process it started with", async () => {
  const ava = await stack().person();
  const { id } = await (await ava.create({ goals: ["a"] })).json();
  await until(async () => (await stack().read(id))?.status === "complete", 60);
  assertEquals(stack().raw.filter((line) => line.includes("process ended with code")), []);
});
