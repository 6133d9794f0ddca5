/** Idempotency keys across people: a key finds its sender's job, and never says a word about another's. */
import { assert, assertEquals } from "@std/assert";
import { test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({
  functionsEnv: { ALLOW_GUESTS: "true", MAX_ACTIVE_JOBS: "1000", MAX_DAILY_JOBS: "1000" },
});
// Nobody draws, but where it matters: it costs 0.3 s of a core each time.
const pause = () => stack().functions.kill("process-job", "SIGSTOP");
const resume = () => stack().functions.kill("process-job", "SIGCONT");
Deno.test.beforeAll(pause);
Deno.test.afterAll(resume);
const goals = ["Run a marathon"];
const address = () => `${crypto.randomUUID()}@example.com`;
const key = () => crypto.randomUUID();

interface Answer {
  status: number;
  replayed: boolean;
  body: { id?: string; code?: string; message?: string; issues?: { path: string }[] };
  text: string;
}
async function answer(response: Promise<Response>): Promise<Answer> {
  const { status, headers } = await response;
  const text = await (await response).text();
  return {
    status,
    replayed: headers.get("idempotent-replayed") === "true",
    body: JSON.parse(text),
    text,
  };
}
const asGuest = (email: string, body: Record<string, unknown>) =>
  answer(
    stack().post("create-job", JSON.stringify({ goals, email, ...body }), {
      apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
    }),
  );
/** Accepted, and not as a replay. Returns the job's id. */
function fresh({ status, replayed, body }: Answer): string {
  assertEquals([status, replayed], [202, false], JSON.stringify(body));
  return body.id!;
}
function replayed(again: Answer): string {
  assertEquals([again.status, again.replayed], [202, true], again.text);
  return again.body.id!;
}

test("twenty at once with one key are one job, dispatched once: of a person, of a guest, and of a guest in any case", async () => {
  const ava = await stack().person();
  const email = address();
  const idempotency_key = key();
  const senders: (() => Promise<Answer>)[] = [
    () => answer(ava.create({ goals, idempotency_key })),
    () => asGuest(email, { idempotency_key }),
  ];
  resume();
  for (const send of senders) {
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    assertEquals(answers.map(({ status }) => status), answers.map(() => 202));
    assertEquals(answers.filter((answer) => !answer.replayed).length, 1);
    const ids = new Set(answers.map(({ body }) => body.id!));
    assertEquals(ids.size, 1);
    const [id] = ids;
    await until(async () => (await stack().read(id!))?.status === "complete");
    const dispatches = stack().log.filter((entry) =>
      entry.event === "job_dispatched" && entry.job_id === id
    );
    assertEquals(dispatches.length, 1);
    const { attempts, dispatch_count } = (await stack().read(id!))!;
    assertEquals([attempts, dispatch_count], [1, 1]);
  }
  pause();
  assertEquals(replayed(await asGuest(email.toUpperCase(), { idempotency_key })).length, 36);
  const rows = await stack().sql`
    select from public.vision_board_jobs where idempotency_key = ${idempotency_key}`;
  assertEquals(rows.length, 2, "one of hers and one of the guest's");
});

test("another person's key makes another job, whatever is asked for", async () => {
  const [ava, ben] = [await stack().person(), await stack().person()];
  const idempotency_key = key();
  const hers = fresh(await answer(ava.create({ goals, name: "Ava", idempotency_key })));
  const same = await answer(ben.create({ goals, name: "Ava", idempotency_key }));
  assert(fresh(same) !== hers);
  const cem = await stack().person();
  const other = await answer(cem.create({ goals: ["Sleep"], idempotency_key }));
  assert(fresh(other) !== hers);
  for (const { text } of [same, other]) assert(!text.includes(hers) && !text.includes(ava.id));
  const { data } = await ben.supabase.from("vision_board_jobs").select("id");
  assertEquals(data, [{ id: same.body.id! }]);
});

test("the same key for another request is refused, and shows nothing of the first", async () => {
  const ava = await stack().person();
  const email = address();
  const idempotency_key = key();
  const hers = fresh(await answer(ava.create({ goals: ["A secret goal"], idempotency_key })));
  const guests = fresh(await asGuest(email, { goals: ["A secret goal"], idempotency_key }));
  for (
    const refused of [
      await answer(ava.create({ goals, idempotency_key })),
      await answer(ava.create({ goals }, { "idempotency-key": idempotency_key })),
      await asGuest(email, { idempotency_key }),
    ]
  ) {
    assertEquals([refused.status, refused.replayed], [422, false]);
    assertEquals(refused.body, {
      code: "idempotency_key_reused",
      message: "This idempotency key was already used for a different request.",
    });
  }
  assert(hers !== guests);
});

test("a guest with an account's address and key gets neither its job nor word of it", async () => {
  const ava = await stack().person();
  const idempotency_key = key();
  const hers = fresh(await answer(ava.create({ goals, idempotency_key })));
  // another request: a 422 would say that she has used the key
  const guests = fresh(await asGuest(ava.email, { goals: ["Sleep"], idempotency_key }));
  assert(guests !== hers);
  assertEquals(replayed(await answer(ava.create({ goals, idempotency_key }))), hers);
});

test("a guest cannot use up a key before the account whose address was typed", async () => {
  const ava = await stack().person();
  const idempotency_key = key();
  const guests = fresh(await asGuest(ava.email, { idempotency_key }));
  const hers = fresh(await answer(ava.create({ goals: ["Sleep"], idempotency_key })));
  assert(guests !== hers);
});

test("what a guest asked for with a key is found by the guest with it, also when it has been handed to an account", async () => {
  const email = address();
  const idempotency_key = key();
  const id = fresh(await asGuest(email, { idempotency_key }));
  assert(fresh(await asGuest(address(), { idempotency_key })) !== id);
  const ava = await stack().person(email);
  assertEquals(replayed(await asGuest(email, { idempotency_key })), id);
  assert(fresh(await answer(ava.create({ goals, idempotency_key }))) !== id);
  assertEquals((await asGuest(email, { goals: ["Sleep"], idempotency_key })).status, 422);
  fresh(await asGuest(address(), { idempotency_key }));
  const ben = await stack().person();
  assert(fresh(await answer(ben.create({ goals, idempotency_key }))) !== id);
});

test("the key of a deleted job is remembered: a late copy of the request does not bring it back", async () => {
  const ava = await stack().person();
  const idempotency_key = key();
  const id = fresh(await answer(ava.create({ goals, idempotency_key })));
  await ava.supabase.from("vision_board_jobs").delete().eq("id", id);
  assertEquals(replayed(await answer(ava.create({ goals, idempotency_key }))), id);
  assertEquals(await stack().read(id), undefined);
  const other = await answer(ava.create({ goals: ["Sleep"], idempotency_key }));
  assertEquals(other.status, 422);
});

test("keys are 1 to 255 visible ASCII characters, each its own, however odd", async () => {
  const ava = await stack().person();
  const odd = [
    "a",
    "A",
    "%",
    "_",
    "abc",
    "a_c",
    "a%",
    "'",
    "''",
    "';drop-table--",
    "null",
    "0",
    "00",
    "\\",
    "\\\\",
    "$1",
    "*",
    "(id.eq.1)",
    "{}",
    '"a"',
    "a,b",
    "../a",
    "k".repeat(255),
    "k".repeat(254),
    Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join(""),
  ];
  const ids = new Map<string, string>();
  for (const idempotency_key of odd) {
    ids.set(idempotency_key, fresh(await answer(ava.create({ goals, idempotency_key }))));
  }
  assertEquals(new Set(ids.values()).size, odd.length);
  for (const [idempotency_key, id] of ids) {
    assertEquals(
      replayed(await answer(ava.create({ goals }, { "idempotency-key": idempotency_key }))),
      id,
    );
  }
  const refused = ["", " ", "a b", " a", "a\n", "é", "\u0000", "k".repeat(256), 1, true, {}, ["a"]];
  for (const idempotency_key of refused) {
    const { status, body } = await answer(ava.create({ goals, idempotency_key }));
    assertEquals([idempotency_key, status, body.issues?.[0]?.path], [
      idempotency_key,
      400,
      "idempotency_key",
    ]);
  }
  for (const header of ["", "a b", "k".repeat(256)]) {
    const { status } = await answer(ava.create({ goals }, { "idempotency-key": header }));
    assertEquals([header, status], [header, 400]);
  }
});

test("a key in the header and a key in the body are the same key, and must not differ", async () => {
  const ava = await stack().person();
  const [one, two] = [key(), key()];
  const id = fresh(await answer(ava.create({ goals }, { "idempotency-key": one })));
  assertEquals(replayed(await answer(ava.create({ goals, idempotency_key: one }))), id);
  assertEquals(
    replayed(await answer(ava.create({ goals, idempotency_key: one }, { "idempotency-key": one }))),
    id,
  );
  const differing = await answer(
    ava.create({ goals, idempotency_key: one }, { "idempotency-key": two }),
  );
  assertEquals([differing.status, differing.body.code], [400, "validation_failed"]);
});
