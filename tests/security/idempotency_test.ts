/** Idempotency keys over HTTP: a key finds its sender's job and says nothing of another's. */
import { assert, assertEquals } from "@std/assert";
import { type Person, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({
  functionsEnv: { ALLOW_GUESTS: "true", MAX_ACTIVE_JOBS: "1000", MAX_DAILY_JOBS: "1000" },
});
// nobody draws, except where a test needs it: a board takes 0.3 s of a core
const pause = () => stack().functions.kill("process-job", "SIGSTOP");
const resume = () => stack().functions.kill("process-job", "SIGCONT");
Deno.test.beforeAll(pause);
Deno.test.afterAll(resume);
const goals = ["Run a marathon"];
const newAddress = () => `${crypto.randomUUID()}@example.com`;

interface Answer {
  /** `fresh`, `replayed`, or the code of the error. */
  outcome: string;
  id?: string;
  text: string;
}
async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const { id, code } = JSON.parse(text);
  const replayed = response.headers.get("idempotent-replayed") === "true";
  assertEquals(response.status, code === undefined ? 202 : code.endsWith("reused") ? 422 : 400);
  return { outcome: code ?? (replayed ? "replayed" : "fresh"), id, text };
}
type Send = (body: unknown, headers?: Record<string, string>) => Promise<Answer>;
const as = (person: Person): Send => async (body, headers) =>
  read(await person.create(body, headers));
const asGuest = (email: string): Send => async (body) => {
  const { SUPABASE_PUBLISHABLE_KEY: apikey } = stack().env;
  return read(
    await stack().post("create-job", JSON.stringify({ email, ...body as object }), { apikey }),
  );
};

test("twenty requests at once with one key are one job, dispatched once", async () => {
  const idempotency_key = crypto.randomUUID();
  const email = newAddress();
  resume();
  for (const send of [as(await stack().person()), asGuest(email)]) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send({ goals, idempotency_key })),
    );
    const outcomes = answers.map(({ outcome }) => outcome).toSorted();
    assertEquals(outcomes, ["fresh", ...Array(19).fill("replayed")]);
    const [id, ...others] = new Set(answers.map((answer) => answer.id!));
    assertEquals(others, []);
    const row = await until(async () => {
      const found = await stack().read(id!);
      return found?.status === "complete" && found;
    });
    assertEquals([row.attempts, row.dispatch_count], [1, 1]);
  }
  pause();
  const inCapitals = await asGuest(email.toUpperCase())({ goals, idempotency_key });
  assertEquals(inCapitals.outcome, "replayed");
  const rows = await stack().sql`
    select from public.vision_board_jobs where idempotency_key = ${idempotency_key}`;
  assertEquals(rows.length, 2, "one of hers and one of the guest's");
});

test("one key is a job for each requester, and answers only about the requester's own", async () => {
  const [ava, ben] = [await stack().person(), await stack().person()];
  const idempotency_key = crypto.randomUUID();
  const address = newAddress();
  const guest = asGuest(address);
  // guests who type an account's address, after the account itself and before it
  const senders = [as(ava), asGuest(ava.email), asGuest(ben.email), as(ben), guest];
  senders.push(asGuest(newAddress()));
  const jobs = new Map<Send, string>();
  for (const send of senders) {
    const { outcome, id, text } = await send({ goals, name: "Ava", idempotency_key });
    assertEquals(outcome, "fresh");
    assert(!text.includes(ava.id) && ![...jobs.values()].some((other) => text.includes(other)));
    jobs.set(send, id!);
  }
  for (const [send, id] of jobs) {
    const again = await send({ goals, name: "Ava", idempotency_key });
    assertEquals([again.outcome, again.id], ["replayed", id]);
    const other = await send({ goals: ["A secret goal"], idempotency_key });
    assertEquals(JSON.parse(other.text), {
      code: "idempotency_key_reused",
      message: "This idempotency key was used for another request.",
    });
  }
  // the guest's address becomes an account's: the key stays the guest's
  const cem = await stack().person(address);
  assertEquals((await guest({ goals, name: "Ava", idempotency_key })).id, jobs.get(guest));
  assertEquals((await as(cem)({ goals, idempotency_key })).outcome, "fresh");
});

test("a key is 1 to 255 visible ASCII characters, each its own, however odd", async () => {
  const send = as(await stack().person());
  const keys =
    `a A % _ abc a_c a% ' '' ';drop-table-- null 0 00 \\ \\\\ $1 * (id.eq.1) {} "a" a,b ../a`
      .split(" ");
  keys.push("k".repeat(255), "k".repeat(254));
  keys.push(Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join(""));
  const ids: string[] = [];
  for (const idempotency_key of keys) {
    const { outcome, id } = await send({ goals, idempotency_key });
    assertEquals([idempotency_key, outcome], [idempotency_key, "fresh"]);
    ids.push(id!);
  }
  for (const [i, key] of keys.entries()) {
    const again = await send({ goals }, { "idempotency-key": key });
    assertEquals([key, again.outcome, again.id], [key, "replayed", ids[i]]);
  }
  const tooLong = "k".repeat(256);
  for (const key of ["", " ", "a b", " a", "a\n", "é", "\u0000", tooLong, 1, true, {}, ["a"]]) {
    const { text } = await send({ goals, idempotency_key: key });
    assertEquals([key, JSON.parse(text).issues?.[0].path], [key, "idempotency_key"]);
  }
  for (const key of ["", "a b", tooLong]) {
    const { outcome } = await send({ goals }, { "idempotency-key": key });
    assertEquals([key, outcome], [key, "validation_failed"]);
  }
});

test("a key in the header and a key in the body are the same key, and must not differ", async () => {
  const send = as(await stack().person());
  const [key, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const inBody = { goals, idempotency_key: key };
  const inHeader = { "idempotency-key": key };
  const { id } = await send({ goals }, inHeader);
  for (const again of [await send(inBody), await send(inBody, inHeader)]) {
    assertEquals([again.outcome, again.id], ["replayed", id]);
  }
  const differing = await send(inBody, { "idempotency-key": other });
  assertEquals(differing.outcome, "validation_failed");
});
