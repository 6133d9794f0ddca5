/** The contract's rights table over HTTP, every cell: callers, genuine and forged, by what they may try. */
import { assert, assertEquals } from "@std/assert";
import type { StackOptions } from "../../tools/local-stack/stack.ts";
import { keptKeys, type StackKeys } from "../../tools/local-stack/supabase/tokens.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { report } from "../support/campaign.ts";
import { type Person, type Row, test, until, useStack } from "../support/test_stack.ts";
import {
  type Attempt,
  lifecycle,
  lifecycleAttempts,
  objectAttempts,
  rowAttempts,
  type Scene,
  type Surface,
} from "./attempts.ts";
import { forger, forgeries, type Headers, legacyKey, startLure } from "./forgeries.ts";

// The keys are kept where the test can read them: expired tokens are signed with the real one.
const options: StackOptions = { functionsEnv: { MAX_ACTIVE_JOBS: "1000", MAX_DAILY_JOBS: "1000" } };
const since = Math.floor(Date.now() / 1000);
let keys: StackKeys;
let dir: string;
Deno.test.beforeAll(async () => {
  options.dir = dir = await Deno.makeTempDir({ prefix: "vision-board-test-" });
  await Deno.chmod(dir, 0o755); // Postgres may run as another user
  keys = await keptKeys(dir);
});
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true })); // last: they run in reverse order
const stack = useStack(options);

type Kind = "anon" | "owner" | "another" | "service" | "forged";
interface Caller {
  name: string;
  kind: Kind;
  headers: Headers;
}
const jpeg = new Uint8Array([0xff, 0xd8, 0xff]);

/** A complete board of Ava's, asked for with Ben's address, and one that nobody owns yet. */
async function scene(ava: Person, ben: Person, pictures = true): Promise<Scene> {
  const board = async (user_id: string | null, email: string): Promise<Row> => {
    const id = crypto.randomUUID();
    const [row] = await stack().sql<Row[]>`
      insert into public.vision_board_jobs (id, user_id, email, goals, status, image_storage_path)
      values (${id}, ${user_id}, ${email}, '["a"]', 'complete', ${`${id}/1.jpg`}) returning *`;
    if (!pictures) return row!;
    const { error } = await stack().service.storage.from("vision-boards")
      .upload(`${id}/1.jpg`, jpeg, { contentType: "image/jpeg" });
    assertEquals(error, null);
    return row!;
  };
  const [own, unowned] = await Promise.all([
    board(ava.id, ben.email),
    board(null, `${crypto.randomUUID()}@example.com`),
  ]);
  return { ava, ben, own, unowned };
}

const closeBucket = () =>
  stack().sql`update storage.buckets set public = false where id = 'vision-boards'`;

/** Everything that a caller could have changed. */
async function snapshot(): Promise<string> {
  const [row] = await stack().sql`
    select md5(string_agg(line, '|' order by line)) as state from (
      select j::text as line from public.vision_board_jobs as j
      union all select concat_ws(' ', bucket_id, name, owner_id, metadata) from storage.objects
      union all select b::text from storage.buckets as b
      union all select r::text from vision_board.requests as r
      union all select o::text from vision_board.unreferenced_boards as o
      union all select concat_ws(' ', id, email, email_confirmed_at, encrypted_password) from auth.users
    ) as lines`;
  return row!.state;
}

/** What a caller got by an attempt, in one word. */
async function answer(caller: Caller, attempt: Attempt): Promise<{ word: string; status: number }> {
  const { method, path, body } = attempt;
  const response = await fetch(`${stack().env.SUPABASE_URL}${path}`, {
    method,
    headers: {
      ...caller.headers,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...attempt.headers,
    },
    body: body === undefined || body instanceof Uint8Array
      ? body as Uint8Array<ArrayBuffer> | undefined
      : JSON.stringify(body),
  });
  const text = await response.text();
  const { status } = response;
  assert(status < 500, `${caller.name}: ${attempt.what}: ${status} ${text}`);
  if (status >= 400) {
    if (!path.startsWith("/rest")) return { word: "none", status };
    const { code, message } = JSON.parse(text);
    // refused at the door: what a function may not do inside is another guard
    const inside = path.includes("/rpc/") && code === "42501" && !/for function/.test(message);
    return { word: inside ? `${code} inside` : code ?? String(status), status };
  }
  // an array of refusals is what signing many answers with
  const refusals = path.endsWith("/sign/vision-boards") && !/"signedURL":"/.test(text);
  return { word: text === "" || text === "[]" || refusals ? "nothing" : "reads", status };
}

const column: Kind[] = ["anon", "owner", "another", "service"];
const figures = new Map<string, { cells: number; allowed: number; refused: number }>();

function count(caller: Caller, allowed: boolean) {
  const row = figures.get(caller.name) ?? { cells: 0, allowed: 0, refused: 0 };
  row.cells++;
  row[allowed ? "allowed" : "refused"]++;
  figures.set(caller.name, row);
}

/** Runs the attempts of one surface as a genuine caller: what must change nothing at once, then each that writes. */
async function walk(caller: Caller, attempts: Surface, { ava, ben }: Scene) {
  const fresh = () => scene(ava, ben, attempts === objectAttempts);
  const expected = (attempt: Attempt) => attempt.expected.split(" ")[column.indexOf(caller.kind)]!;
  const check = (attempt: Attempt, got: string) => {
    const want = expected(attempt);
    if (want === "none" && got === "nothing") got = "none";
    if (want === "allowed" && !/^(42501|PGRST\d+|\d+)/.test(got)) got = "allowed";
    assertEquals([caller.name, attempt.what, got], [caller.name, attempt.what, want]);
  };
  const run = async (attempt: Attempt) => {
    const before = await snapshot();
    const { word } = await answer(caller, attempt);
    check(attempt, await snapshot() === before ? word : "writes");
  };

  let now = await fresh();
  const tried = attempts(now).map(expected);
  const quiet = attempts(now).filter((_, i) => !/^(writes|allowed|-)$/.test(tried[i]!));
  const before = await snapshot();
  await Promise.all(
    quiet.map(async (attempt) => check(attempt, (await answer(caller, attempt)).word)),
  );
  if (await snapshot() !== before) {
    for (const attempt of quiet) await run(attempt); // which of them was it?
    assert(false, `${caller.name} changed something`);
  }
  for (const [i, want] of tried.entries()) {
    if (want !== "-") count(caller, ["reads", "writes", "allowed"].includes(want));
    if (want !== "writes" && want !== "allowed") continue;
    const attempt = attempts(now)[i]!;
    await run(attempt);
    if (attempt.what === "open the bucket") await closeBucket();
    now = await fresh();
  }
}

/** Every attempt at once as somebody forged: all are refused, and nothing has changed. */
async function storm(caller: Caller, attempts: Attempt[]) {
  await Promise.all(attempts.map(async (attempt) => {
    const { word, status } = await answer(caller, attempt);
    const cell = `${caller.name}: ${attempt.what}: ${status} ${word}`;
    // REST refuses a bad token as such; Storage may also take it for nobody, who sees nothing
    if (attempt.path.startsWith("/rest")) assertEquals(status, 401, cell);
    else assert(["none", "nothing"].includes(word), cell);
    count(caller, false);
  }));
}

let cast: { callers: Caller[]; forged: Caller[]; scene: Scene; lureHits: () => number } | undefined;
let stopLure: (() => Promise<void>) | undefined;
Deno.test.afterAll(() => stopLure?.());

/** Everybody who asks, made once. */
async function everybody() {
  if (cast) return cast;
  const [ava, ben] = [await stack().person(), await stack().person()];
  const first = await scene(ava, ben);
  const apikey = stack().env.SUPABASE_PUBLISHABLE_KEY;
  const secret = stack().env.SUPABASE_SECRET_KEY;
  const [anonKey, serviceKey] = [
    await legacyKey(stack(), keys, "anon", since),
    await legacyKey(stack(), keys, "service_role", since),
  ];
  const eve = await forger(ben.id, first.own.id);
  const lure = startLure(() => eve.publicJwk);
  stopLure = lure.stop;
  const caller = (name: string, kind: Kind, headers: Headers): Caller => ({ name, kind, headers });
  const bearer = (token: string, key = apikey) => ({
    apikey: key,
    authorization: `Bearer ${token}`,
  });
  return cast = {
    scene: first,
    lureHits: lure.hits,
    callers: [
      caller("publishable key", "anon", { apikey }),
      caller("publishable key as supabase-js sends it", "anon", bearer(apikey)),
      caller("legacy anon key", "anon", bearer(anonKey, anonKey)),
      caller("owner", "owner", bearer(ava.token)),
      caller("owner with the legacy anon key", "owner", bearer(ava.token, anonKey)),
      caller("another user", "another", bearer(ben.token)),
      caller("secret key", "service", { apikey: secret }),
      caller("legacy service role key", "service", bearer(serviceKey, serviceKey)),
    ],
    forged: Object.entries(await forgeries(stack(), keys, ava, lure, eve)).map(([name, headers]) =>
      caller(name, "forged", headers)
    ),
  };
}

const byTheTable = (attempts: Surface) => async () => {
  const { callers, scene } = await everybody();
  for (const caller of callers) await walk(caller, attempts, scene);
};
const forged = (attempts: Surface) => async () => {
  const { forged, scene: { ava, ben } } = await everybody();
  const fresh = await scene(ava, ben);
  const before = await snapshot();
  for (const caller of forged) {
    await storm(caller, attempts(fresh));
    assertEquals([caller.name, await snapshot()], [caller.name, before]);
  }
};

test("rows: every caller may do what the rights table says", byTheTable(rowAttempts));
test("rows: no forged caller gets or changes anything", forged(rowAttempts));
test("lifecycle: every caller may do what the rights table says", byTheTable(lifecycleAttempts));
test("lifecycle: no forged caller gets or changes anything", forged(lifecycleAttempts));
test("objects: every caller may do what the rights table says", byTheTable(objectAttempts));
test("objects: no forged caller gets or changes anything", forged(objectAttempts));

test("the lifecycle's grid names every function that there is", async () => {
  const { scene: start } = await everybody();
  const known = await stack().sql`
    select p.proname from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname like '%vision_board%' order by 1`;
  assertEquals(Object.keys(lifecycle(start)).toSorted(), known.map((row) => row.proname));
});

test("create-job takes a signed-in person, and a guest only where guests are allowed", async () => {
  const { callers, forged } = await everybody();
  const queue = () => ({
    publish: () => Promise.resolve("none"),
    holds: () => Promise.resolve(true),
  });
  for (const guests of [false, true]) {
    const handle = guests
      ? createJob(
        stack().deps({ ALLOW_GUESTS: "true", MAX_ACTIVE_JOBS: "1000", MAX_DAILY_JOBS: "1000" }),
        queue,
      )
      : fetch;
    const [{ jobs: before } = { jobs: 0 }] = await stack().sql<{ jobs: number }[]>`
      select count(*)::int as jobs from public.vision_board_jobs`;
    let accepted = 0;
    for (const caller of [...callers, ...forged]) {
      const response = await handle(
        new Request(stack().functionUrl("create-job"), {
          method: "POST",
          headers: caller.headers,
          body: JSON.stringify({ goals: ["a"], email: "guest@example.com" }),
        }),
      );
      const person = caller.kind === "owner" || caller.kind === "another";
      // the legacy anon key is no publishable key: guests need the new one
      const guest = guests && caller.name.startsWith("publishable key");
      const { code = "accepted" } = await response.json();
      assertEquals(
        [caller.name, `guests: ${guests}`, code],
        [caller.name, `guests: ${guests}`, person || guest ? "accepted" : "unauthorized"],
      );
      assertEquals(response.status, person || guest ? 202 : 401);
      count(caller, person || guest);
      if (person || guest) accepted++;
    }
    const [{ jobs } = { jobs: 0 }] = await stack().sql<{ jobs: number }[]>`
      select count(*)::int as jobs from public.vision_board_jobs`;
    assertEquals(jobs - before, accepted, "a row for each that was accepted, and no other");
  }
  await until(async () =>
    (await stack().sql`select from public.vision_board_jobs
      where status in ('pending', 'processing') and qstash_message_id <> 'none'`).length === 0
  );
});

test("nobody has asked the key server that a forged token names", async () => {
  const { lureHits } = await everybody();
  assertEquals(lureHits(), 0);
  await report(
    "rights",
    [...figures].map(([caller, { cells, allowed, refused }]) => ({
      caller,
      cells,
      allowed,
      refused,
    })),
  );
});
