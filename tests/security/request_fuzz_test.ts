/**
 * Hostile bodies for create-job, over HTTP to the function's own process: 400 in `npm test`, 10,000 in
 * the full campaign. What must come out is computed here a second time, without zod.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { many, report, seed } from "../support/campaign.ts";
import { assertContract, createJobCodes } from "../support/contract.ts";
import { type Person, type Row, test, useStack } from "../support/test_stack.ts";
import { type Hostile, hostile, marker } from "./hostile.ts";

/** Takes every message, so that no board costs time, and keeps those that hold more than a job's id. */
const strange: string[] = [];
const queue = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
  const body = await request.text();
  if (!/^\{"job_id":"[\da-f-]{36}"\}$/.test(body)) strange.push(body);
  return Response.json({ messageId: "msg_fuzz" });
});
Deno.test.afterAll(() => queue.shutdown());

const stack = useStack({
  functionsEnv: {
    QSTASH_URL: `http://127.0.0.1:${queue.addr.port}`,
    MAX_ACTIVE_JOBS: "99999",
    MAX_DAILY_JOBS: "99999",
  },
});

interface Expected {
  goals: string[];
  name: string | null;
  rank_tag: string | null;
  theme: string;
  idempotency_key: string | null;
}

/** What a person meant by a text: halves of characters and invisible controls gone, then trimmed. */
function cleaned(text: string): string {
  const kept = [...text].filter((character) => {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) return false;
    return code === 9 || code === 10 || code === 13 || (code >= 0x20 && code !== 0x7f);
  });
  return kept.join("").trim();
}
const absent = (value: unknown) => value === undefined || value === null;
const isKey = (value: unknown) => typeof value === "string" && /^[!-~]{1,255}$/.test(value);

/** The row that the request must become, or the code that it must be refused with. */
function expected({ body, headers }: Hostile): Expected | string {
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

  const goals = own("goals");
  if (!Array.isArray(goals) || goals.length < 1 || goals.length > 12) return refused;
  if (!goals.every((goal) => typeof goal === "string")) return refused;
  const clean = goals.map(cleaned);
  if (!clean.every((goal) => goal !== "" && [...goal].length <= 200)) return refused;

  const texts: (string | null)[] = [];
  for (const [name, max] of [["name", 80], ["rank_tag", 40]] as const) {
    const text = own(name);
    if (!absent(text) && (typeof text !== "string" || [...cleaned(text)].length > max)) {
      return refused;
    }
    texts.push(absent(text) ? null : cleaned(text) || null);
  }
  const theme = own("theme");
  if (!absent(theme) && theme !== "light" && theme !== "dark") return refused;
  const [inBody, inHeader] = [own("idempotency_key"), headers["idempotency-key"]?.trim()];
  if (!absent(inBody) && !isKey(inBody)) return refused;
  if (inHeader !== undefined && !isKey(inHeader)) return refused;
  if (!absent(inBody) && inHeader !== undefined && inBody !== inHeader) return refused;
  return {
    goals: clean,
    name: texts[0]!,
    rank_tag: texts[1]!,
    theme: theme ?? "light",
    idempotency_key: inBody ?? inHeader ?? null,
  };
}

/** Whether the place that an issue names is one that a request has. */
function exists(path: string, { body }: Hostile): boolean {
  if (/^(goals|name|rank_tag|theme|idempotency_key)$/.test(path)) return true;
  const value = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
  if (path === "") return typeof value !== "object" || value === null || Array.isArray(value);
  const index = /^goals\.(\d+)$/.exec(path)?.[1];
  return index !== undefined && Number(index) < value.goals.length;
}

const answers: Record<string, Record<string, number>> = {};

/** Sends one request and holds what happened against what had to happen. */
async function attack(person: Person, request: Hostile): Promise<void> {
  const wanted = expected(request);
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
  const text = await response.text();
  const replay = response.status === 202 && typeof wanted === "object" && wanted.idempotency_key
    ? await send()
    : null;
  const again = await replay?.json();
  const rows = await stack().sql<Row[]>`
    delete from public.vision_board_jobs where user_id = ${person.id} returning *`;
  // so that the next request may use the same key
  await stack().sql`delete from vision_board.requests where requester = ${`user:${person.id}`}`;
  const counts = answers[request.kind] ??= {};
  counts[response.status] = (counts[response.status] ?? 0) + 1;

  if (typeof wanted === "string") {
    assertEquals(response.status, createJobCodes[wanted], `instead of ${wanted}: ${text}`);
    const { code, issues } = assertContract(response.headers, text);
    assertEquals(code, wanted);
    assertEquals(issues !== undefined, code === "validation_failed");
    for (const { path } of issues ?? []) assert(exists(path, request), `no such path: ${path}`);
    assertEquals(rows.length, 0, "a refused request leaves no row");
    return;
  }
  assertEquals(response.status, 202, text);
  assertEquals(rows.length, 1, "an accepted request leaves one row");
  const row = rows[0]!;
  const job = JSON.parse(text);
  assertEquals(job, {
    id: row.id,
    status: "pending",
    created_at: job.created_at,
    expires_at: job.expires_at,
  });
  const { goals, name, rank_tag, theme, idempotency_key } = row;
  assertEquals({ goals, name, rank_tag, theme, idempotency_key } as unknown, wanted);
  assertEquals([row.status, row.user_id, row.email], ["pending", person.id, person.email]);
  if (replay) {
    assertEquals([replay.status, replay.headers.get("idempotent-replayed")], [202, "true"]);
    assertEquals(again, job);
  }
}

/** Each with a person of its own, so that a row belongs to the request that was just sent. */
const attackers = 4;

test("whatever is sent, a request is refused in the contract's words or becomes the row it means", async () => {
  stack().know("a goal", marker);
  const numRuns = Math.ceil(many(400, 10_000) / attackers);
  await Promise.all(Array.from({ length: attackers }, async (_, i) => {
    const person = await stack().person();
    const property = fc.asyncProperty(hostile, (request) => attack(person, request));
    await fc.assert(property, { seed: seed * attackers + i, numRuns });
  }));
  assertEquals(strange, [], "QStash was told more than a job's id");
  const count = (status: string) =>
    Object.values(answers).reduce((sum, counts) => sum + (counts[status] ?? 0), 0);
  assert(count("202") > numRuns / 4 && count("400") > numRuns / 4, "both must be common");
  await report(
    "fuzz",
    Object.entries(answers).map((
      [body, { 202: accepted = 0, 400: refused = 0, 413: large = 0 }],
    ) => ({
      body,
      sent: accepted + refused + large,
      "202": accepted,
      "400": refused,
      "413": large,
    })),
  );
});

test("after all of it the function still does what it should, with nothing of it left behind", async () => {
  const ava = await stack().person();
  const response = await ava.create({ goals: ["Learn to swim"] });
  assertEquals(response.status, 202);
  const row = (await stack().read((await response.json()).id))!;
  assertEquals([row.theme, row.name, row.goals], ["light", null, ["Learn to swim"]]);
  assertEquals(await stack().leaks(), []);
  // an error of Postgres quotes the row in a log that is not ours
  assertEquals(stack().raw.filter((line) => /ERROR:|DETAIL:/.test(line)), []);
});
