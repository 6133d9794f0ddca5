/**
 * Random requests to create-job, over HTTP to the function's own process: 400 in `npm test`, 10,000 in
 * `npm run test:faults`. What must come of each is computed here a second time, without zod.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ErrorCode, ERRORS } from "../../supabase/functions/_shared/contract.ts";
import { many, report, seed } from "../support/campaign.ts";
import { assertContract } from "../support/refusal.ts";
import { startFakeServer } from "../support/fake_server.ts";
import { type Person, type Row, test, useStack } from "../support/test_stack.ts";
import { marker, type RandomRequest, randomRequest } from "./random_requests.ts";

/** Takes every message, so that no board is drawn. */
const qstash = startFakeServer(() => Response.json({ messageId: "msg_fuzz" }));
Deno.test.afterAll(() => qstash.stop());

const stack = useStack({
  functionsEnv: { QSTASH_URL: qstash.url, MAX_ACTIVE_JOBS: "99999", MAX_DAILY_JOBS: "99999" },
});

type Expected = Pick<Row, "name" | "rank_tag" | "theme" | "idempotency_key"> & { goals: string[] };

/** A text as a person meant it: without halves of characters and invisible controls, trimmed. */
function clean(text: string): string {
  const kept = [...text].filter((character) => {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) return false;
    return code === 9 || code === 10 || code === 13 || (code >= 0x20 && code !== 0x7f);
  });
  const trimmed = kept.join("").trim();
  // seen: a letter, digit, sign or emoji, and none of those that are drawn as nothing
  const seen = [...trimmed].some((character) =>
    /[\p{L}\p{N}\p{P}\p{S}\p{Extended_Pictographic}]/u.test(character) &&
    !/[\u115f\u1160\u3164\uffa0\u2800\ufffc\u{1d159}\u{13441}\u{13442}\u{1f3fb}-\u{1f3ff}]/u.test(
      character,
    )
  );
  return seen ? trimmed : "";
}
const isAbsent = (value: unknown) => value === undefined || value === null;
const isKey = (value: unknown) => typeof value === "string" && /^[!-~]{1,255}$/.test(value);

/** The row that the request must become, or the code that it must be refused with. */
function expectedOf({ body, headers }: RandomRequest): Expected | string {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  if (bytes.length > 16 * 1024) return "body_too_large";
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return "invalid_json";
  }
  const refused = "validation_failed";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refused;
  const own = (name: string) => Object.hasOwn(value, name) ? value[name] : undefined;
  const given = own("goals");
  if (!Array.isArray(given) || given.length < 1 || given.length > 12) return refused;
  if (!given.every((goal) => typeof goal === "string")) return refused;
  const goals = given.map(clean);
  if (!goals.every((goal) => goal !== "" && [...goal].length <= 200)) return refused;

  const texts: (string | null)[] = [];
  for (const [name, max] of [["name", 80], ["rank_tag", 40]] as const) {
    const text = own(name) ?? "";
    if (typeof text !== "string" || [...clean(text)].length > max) return refused;
    texts.push(clean(text) || null);
  }
  const theme = own("theme") ?? "light";
  if (theme !== "light" && theme !== "dark") return refused;
  const [inBody, inHeader] = [own("idempotency_key"), headers["idempotency-key"]?.trim()];
  if (!isAbsent(inBody) && !isKey(inBody)) return refused;
  if (inHeader !== undefined && !isKey(inHeader)) return refused;
  if (!isAbsent(inBody) && inHeader !== undefined && inBody !== inHeader) return refused;
  const idempotency_key = inBody ?? inHeader ?? null;
  return { goals, name: texts[0]!, rank_tag: texts[1]!, theme, idempotency_key };
}

/** Whether the place that an issue names is one that a request has. */
function exists(path: string, { body }: RandomRequest): boolean {
  if (/^(goals|name|rank_tag|theme|idempotency_key)$/.test(path)) return true;
  const value = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
  if (path === "") return typeof value !== "object" || value === null || Array.isArray(value);
  const index = /^goals\.(\d+)$/.exec(path)?.[1];
  return index !== undefined && Number(index) < value.goals.length;
}

const statuses: Record<number, number> = {};

/** Sends a request, and compares what happened with what had to happen. */
async function check(person: Person, request: RandomRequest): Promise<void> {
  const expected = expectedOf(request);
  const send = () =>
    fetch(stack().functionUrl("create-job"), {
      method: "POST",
      body: request.body,
      headers: {
        authorization: `Bearer ${person.token}`,
        apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
        ...request.headers,
      },
    });
  const response = await send();
  const { status } = response;
  const text = await response.text();
  const hasKey = typeof expected === "object" && expected.idempotency_key !== null;
  const replay = status === 202 && hasKey ? await send() : null;
  const replayed = await replay?.json();
  const rows = await stack().sql<Row[]>`
    delete from public.vision_board_jobs where user_id = ${person.id} returning *`;
  // so that the next request may use the same key
  await stack().sql`delete from vision_board.requests where requester = ${`user:${person.id}`}`;
  statuses[status] = (statuses[status] ?? 0) + 1;

  if (typeof expected === "string") {
    assertEquals(status, ERRORS[expected as ErrorCode], `instead of ${expected}: ${text}`);
    const { code, issues } = assertContract(response.headers, text);
    assertEquals(code, expected);
    assertEquals(issues !== undefined, code === "validation_failed");
    for (const { path } of issues ?? []) assert(exists(path, request), `no such path: ${path}`);
    assertEquals(rows.length, 0, "a refused request leaves no row");
    return;
  }
  assertEquals(status, 202, text);
  assertEquals(rows.length, 1, "an accepted request leaves one row");
  const row = rows[0]!;
  const job = JSON.parse(text);
  const { created_at, expires_at } = job;
  assertEquals(job, { id: row.id, status: "pending", created_at, expires_at });
  const { goals, name, rank_tag, theme, idempotency_key } = row;
  assertEquals({ goals, name, rank_tag, theme, idempotency_key } as unknown, expected);
  assertEquals([row.status, row.user_id, row.email], ["pending", person.id, person.email]);
  if (replay) {
    assertEquals([replay.status, replay.headers.get("idempotent-replayed")], [202, "true"]);
    assertEquals(replayed, job);
  }
}

/** So many people send at once; a row belongs to the request that its owner has just sent. */
const people = 4;

test("whatever is sent, a request is refused as the contract says or becomes the row it means", async () => {
  stack().know("a goal", marker);
  const numRuns = Math.ceil(many(400, 10_000) / people);
  await Promise.all(Array.from({ length: people }, async (_, i) => {
    const person = await stack().person();
    const property = fc.asyncProperty(randomRequest, (request) => check(person, request));
    await fc.assert(property, { seed: seed * people + i, numRuns });
  }));
  for (const { body } of qstash.requests) {
    assert(/^\{"job_id":"[\da-f-]{36}"\}$/.test(body), `QStash was told ${body}`);
  }
  const { 202: allowed = 0, 400: faulty = 0, 413: large = 0 } = statuses;
  assert(allowed > numRuns / 4 && faulty > numRuns / 4, "both must be common");
  const tried = people * numRuns;
  await report("fuzz", [{ what: "random requests", tried, allowed, refused: faulty + large }]);
});

test("after all of it the function still works, and nothing of it is left behind", async () => {
  const ava = await stack().person();
  const response = await ava.create({ goals: ["Learn to swim"] });
  assertEquals(response.status, 202);
  const row = (await stack().read((await response.json()).id))!;
  assertEquals([row.theme, row.name, row.goals], ["light", null, ["Learn to swim"]]);
  assertEquals(await stack().leaks(), []);
  // an error of Postgres quotes the row in a log that is not ours
  assertEquals(stack().raw.filter((line) => /ERROR:|DETAIL:/.test(line)), []);
});
