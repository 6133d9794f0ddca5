import { assert, assertEquals } from "@std/assert";
import { readCreateRequest } from "../../supabase/functions/create-job/request.ts";
import { HttpError } from "../../supabase/functions/_shared/http.ts";

const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("http://functions/create-job", { method: "POST", body, headers });
const read = (value: unknown, options: { guest?: boolean; key?: string } = {}) =>
  readCreateRequest(
    post(JSON.stringify(value), options.key ? { "idempotency-key": options.key } : {}),
    options.guest ?? false,
  );
async function refused(promise: Promise<unknown>): Promise<HttpError> {
  try {
    await promise;
  } catch (error) {
    assert(error instanceof HttpError, `not an HttpError: ${error}`);
    return error;
  }
  throw new Error("the request was accepted");
}
const paths = (error: HttpError) => error.extra.issues?.map((issue) => issue.path);

Deno.test("goals are trimmed, and everything optional has a default", async () => {
  assertEquals(await read({ goals: ["  Run a marathon \n"] }), {
    goals: ["Run a marathon"],
    name: null,
    rank_tag: null,
    theme: "light",
    idempotency_key: null,
    email: null,
  });
});

Deno.test("blank optional texts count as left out", async () => {
  const { name, rank_tag } = await read({ goals: ["a"], name: "  ", rank_tag: "" });
  assertEquals([name, rank_tag], [null, null]);
  const nulls = { name: null, rank_tag: null, theme: null, idempotency_key: null };
  assertEquals((await read({ goals: ["a"], ...nulls })).theme, "light");
});

Deno.test("a goal may have 200 characters, an emoji counting as one, and not 201", async () => {
  assertEquals((await read({ goals: ["🏃".repeat(200)] })).goals[0], "🏃".repeat(200));
  assertEquals(paths(await refused(read({ goals: ["ok", "🏃".repeat(201)] }))), ["goals.1"]);
});

Deno.test("1 to 12 goals fit on a board", async () => {
  assertEquals((await read({ goals: Array(12).fill("a") })).goals.length, 12);
  assertEquals(paths(await refused(read({ goals: [] }))), ["goals"]);
  assertEquals(paths(await refused(read({ goals: Array(13).fill("a") }))), ["goals"]);
});

Deno.test("every fault is named at once, with where it is and what to do", async () => {
  const error = await refused(
    read({ goals: ["", 5, "fine"], theme: "pink", name: "x".repeat(81), rank_tag: {} }),
  );
  assertEquals([error.status, error.code], [400, "validation_failed"]);
  assertEquals(paths(error)?.sort(), ["goals.0", "goals.1", "name", "rank_tag", "theme"]);
  assert(error.extra.issues?.every((issue) => issue.message.endsWith(".")));
});

Deno.test("what is not an object is refused, whatever it is", async () => {
  for (const value of [null, 1, "x", [], true]) {
    assertEquals((await refused(read(value))).code, "validation_failed");
    assertEquals((await refused(read(value, { guest: true }))).code, "validation_failed");
  }
});

Deno.test("what the database cannot store is left out: NUL, controls, half an emoji", async () => {
  const { goals } = await read({ goals: ["Sleep\u0000 more\u0007 \ud83c", "🌊 sea"] });
  assertEquals(goals, ["Sleep more", "🌊 sea"]);
  assertEquals(paths(await refused(read({ goals: ["\u0000\ud83c"] }))), ["goals.0"]);
});

Deno.test("the idempotency key comes in the body or the header, and both must agree", async () => {
  assertEquals((await read({ goals: ["a"], idempotency_key: "k1" })).idempotency_key, "k1");
  assertEquals((await read({ goals: ["a"] }, { key: "k1" })).idempotency_key, "k1");
  const both = { goals: ["a"], idempotency_key: "k1" };
  assertEquals((await read(both, { key: "k1" })).idempotency_key, "k1");
  assertEquals(paths(await refused(read(both, { key: "k2" }))), ["idempotency_key"]);
  for (const key of ["", "two words", "x".repeat(256), "é", 7]) {
    assertEquals(paths(await refused(read({ goals: ["a"], idempotency_key: key }))), [
      "idempotency_key",
    ]);
  }
});

Deno.test("an email counts for guests only, who must give a real one", async () => {
  const email = "Ava@Example.com";
  assertEquals((await read({ goals: ["a"], email })).email, null);
  assertEquals((await read({ goals: ["a"], email: 5 })).email, null);
  assertEquals((await read({ goals: ["a"], email: ` ${email} ` }, { guest: true })).email, email);
  for (const bad of [undefined, null, "", "ava", "ava@", `${"a".repeat(320)}@b.co`]) {
    assertEquals(
      paths(await refused(read({ goals: ["a"], email: bad }, { guest: true })))?.[0],
      "email",
    );
  }
});

Deno.test("what is not JSON, or not UTF-8, is invalid_json", async () => {
  for (const body of ["", "{", "goals=a", "[1,]", "[".repeat(10_000)]) {
    assertEquals((await refused(readCreateRequest(post(body), false))).code, "invalid_json");
  }
  const bytes = new Uint8Array([0x7b, 0xff, 0x7d]);
  assertEquals((await refused(readCreateRequest(post(bytes), false))).code, "invalid_json");
});

Deno.test("a body of more than 16 KiB is refused without being read to its end", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(1024).fill(0x20));
      sent += 1024;
    },
  });
  const error = await refused(readCreateRequest(post(endless), false));
  assertEquals([error.status, error.code], [413, "body_too_large"]);
  assert(sent < 64 * 1024, `${sent} bytes were taken`);

  const exactly = JSON.stringify({ goals: ["a"] }).padEnd(16 * 1024);
  assertEquals((await readCreateRequest(post(exactly), false)).goals, ["a"]);
  assertEquals((await refused(readCreateRequest(post(`${exactly} `), false))).status, 413);
});

Deno.test("a body that breaks off is refused, not half read", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"goals":["a"]}'));
      controller.error(new Error("connection lost"));
    },
  });
  assertEquals((await refused(readCreateRequest(post(broken), false))).code, "invalid_json");
});
