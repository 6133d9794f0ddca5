/** The rights table over HTTP, every cell: callers, genuine and forged, by what they may try. */
import { assert, assertEquals } from "@std/assert";
import type { StackOptions } from "../../tools/local-stack/stack.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { report } from "../support/campaign.ts";
import { startFakeServer } from "../support/fake_server.ts";
import { type Person, type Row, test, useStack } from "../support/test_stack.ts";
import { type Caller, forgedCallers, forgersKey, genuineCallers } from "./callers.ts";
import {
  type Api,
  objects,
  type Operation,
  rows,
  sqlFunctions,
  type Targets,
} from "./rights_table.ts";

/** Nobody may ever ask here for the key of a token. */
const keyServer = startFakeServer(() => Response.json({ keys: [forgersKey] }));
Deno.test.afterAll(() => keyServer.stop());

// kept where the test can read the keys: tokens that are out of date are signed with the real ones
const limits = { MAX_ACTIVE_JOBS: "1000", MAX_DAILY_JOBS: "1000" };
const options: StackOptions = { functionsEnv: limits };
Deno.test.beforeAll(async () => {
  options.dir = await Deno.makeTempDir({ prefix: "vision-board-test-" });
  await Deno.chmod(options.dir, 0o755); // Postgres may run as another user
});
Deno.test.afterAll(() => Deno.remove(options.dir!, { recursive: true })); // last: in reverse order
const stack = useStack(options);

/** A complete board of Ava's, asked for with Ben's address, and one that nobody owns yet. */
async function createTargets(ava: Person, ben: Person, withObjects = true): Promise<Targets> {
  const board = async (user_id: string | null, email: string): Promise<Row> => {
    const id = crypto.randomUUID();
    const path = `${id}/1.jpg`;
    const [row] = await stack().sql<Row[]>`
      insert into public.vision_board_jobs (id, user_id, email, goals, status, image_storage_path)
      values (${id}, ${user_id}, ${email}, '["a"]', 'complete', ${path}) returning *`;
    if (!withObjects) return row!;
    const { error } = await stack().service.storage.from("vision-boards")
      .upload(path, new Uint8Array([0xff, 0xd8, 0xff]), { contentType: "image/jpeg" });
    assertEquals(error, null);
    return row!;
  };
  const [own, unowned] = await Promise.all([
    board(ava.id, ben.email),
    board(null, `${crypto.randomUUID()}@example.com`),
  ]);
  return { ava, own, unowned };
}

/** A fingerprint of everything that a caller could have changed. */
async function state(): Promise<string> {
  const [row] = await stack().sql`
    select md5(string_agg(line, '|' order by line)) as state from (
      select j::text as line from public.vision_board_jobs as j
      union all select concat_ws(' ', bucket_id, name, owner_id, metadata) from storage.objects
      union all select b::text from storage.buckets as b
      union all select r::text from vision_board.requests as r
      union all select o::text from vision_board.unreferenced_boards as o
      union all select concat_ws(' ', id, email, email_confirmed_at, encrypted_password)
        from auth.users
    ) as lines`;
  return row!.state;
}

/** Tries an operation. The word of the rights table for what came of it, `writes` aside. */
async function send(caller: Caller, operation: Operation): Promise<[word: string, status: number]> {
  const { what, method, path, body, headers } = operation;
  const json = body !== undefined && !(body instanceof Uint8Array);
  const response = await fetch(`${stack().env.SUPABASE_URL}${path}`, {
    method,
    headers: { ...caller.headers, ...(json && { "content-type": "application/json" }), ...headers },
    body: json ? JSON.stringify(body) : body as Uint8Array<ArrayBuffer> | undefined,
  });
  const { status } = response;
  const text = await response.text();
  assert(status < 500, `${caller.name}: ${what}: ${status} ${text}`);
  const objects = path.startsWith("/storage");
  if (status >= 400) {
    if (objects) return ["none", status];
    const { code, message } = JSON.parse(text);
    // refused at the door: what a function may not do inside is another guard
    const inside = path.includes("/rpc/") && code === "42501" && !/for function/.test(message);
    return [inside ? `${code} inside` : code ?? String(status), status];
  }
  // signing many answers with a list of refusals
  const refusals = path.endsWith("/sign/vision-boards") && !/"signedURL":"/.test(text);
  const nothing = text === "" || text === "[]" || refusals;
  return [nothing ? objects ? "none" : "nothing" : "reads", status];
}

const figures = { genuine: { tried: 0, allowed: 0 }, forged: { tried: 0, allowed: 0 } };
function count(caller: Caller, allowed: boolean) {
  const row = caller.column < 0 ? figures.forged : figures.genuine;
  row.tried++;
  if (allowed) row.allowed++;
}

/** Tries every operation of an API as a genuine caller. */
async function tryAll(caller: Caller, api: Api, ava: Person, ben: Person) {
  const create = () => createTargets(ava, ben, api === objects);
  let targets = await create();
  let before = await state();
  for (let i = 0; i < api(targets).length; i++) {
    const operation = api(targets)[i]!;
    const expected = operation.expected[caller.column]!;
    if (expected === "-") continue;
    let [word] = await send(caller, operation);
    const after = await state();
    if (after !== before) word = "writes";
    if (expected === "allowed" && !/^(42501|PGRST)/.test(word)) word = "allowed";
    assertEquals([caller.name, operation.what, word], [caller.name, operation.what, expected]);
    count(caller, ["reads", "writes", "allowed"].includes(expected));
    if (after === before) continue;
    await stack().sql`update storage.buckets set public = false where id = 'vision-boards'`;
    targets = await create();
    before = await state();
  }
}

let callers: Promise<{ ava: Person; ben: Person; genuine: Caller[]; forged: Caller[] }> | undefined;
/** Everybody who asks, made once. */
const everybody = () => callers ??= createCallers();
async function createCallers() {
  const [ava, ben] = [await stack().person(), await stack().person()];
  const path = (await createTargets(ava, ben)).own.image_storage_path!;
  const { signing } = JSON.parse(await Deno.readTextFile(`${options.dir}/keys.json`));
  const url = `${keyServer.url}/keys.json`;
  const forged = await forgedCallers(stack(), signing, ava, ben, path, url);
  return { ava, ben, genuine: genuineCallers(stack(), ava, ben), forged };
}

for (const [name, api] of Object.entries<Api>({ rows, "SQL functions": sqlFunctions, objects })) {
  test(`${name}: every caller may do what the rights table says`, async () => {
    const { ava, ben, genuine } = await everybody();
    for (const caller of genuine) await tryAll(caller, api, ava, ben);
  });

  test(`${name}: no forged caller gets or changes anything`, async () => {
    const { ava, ben, forged } = await everybody();
    const targets = await createTargets(ava, ben);
    const before = await state();
    for (const caller of forged) {
      await Promise.all(
        api(targets).map(async (operation) => {
          const [word, status] = await send(caller, operation);
          // REST refuses a bad token as such; Storage may also take it for nobody, who sees nothing
          const [got, want] = api === objects ? [word, "none"] : [status, 401];
          assertEquals([caller.name, operation.what, got], [caller.name, operation.what, want]);
          count(caller, false);
        }),
      );
      assertEquals([caller.name, await state()], [caller.name, before]);
    }
  });
}

test("the rights table has every SQL function that there is", async () => {
  const { ava, ben } = await everybody();
  const known = await stack().sql`
    select '/rest/v1/rpc/' || proname as path from pg_proc
    where pronamespace = 'public'::regnamespace and proname like '%vision_board%' order by 1`;
  const listed = sqlFunctions(await createTargets(ava, ben, false)).map(({ path }) => path);
  assertEquals(listed.toSorted(), known.map(({ path }) => path));
});

test("create-job takes a signed-in person, and a guest only where guests are allowed", async () => {
  const { genuine, forged } = await everybody();
  const queue = () => ({
    publish: () => Promise.resolve("none"),
    holds: () => Promise.resolve(true),
  });
  const jobs = async () => (await stack().sql`select from public.vision_board_jobs`).length;
  const withGuests = createJob({ ...stack().deps({ ALLOW_GUESTS: "true", ...limits }), queue });
  for (const guests of [false, true]) {
    const handle = guests ? withGuests : fetch;
    const before = await jobs();
    let accepted = 0;
    for (const caller of [...genuine, ...forged]) {
      const body = JSON.stringify({ goals: ["a"], email: "guest@example.com" });
      const { headers } = caller;
      const url = stack().functionUrl("create-job");
      const response = await handle(new Request(url, { method: "POST", headers, body }));
      const allowed = [1, 2, ...guests ? [0] : []].includes(caller.column);
      const { code = "accepted" } = await response.json();
      assertEquals(
        [caller.name, guests, response.status, code],
        [caller.name, guests, ...allowed ? [202, "accepted"] : [401, "unauthorized"]],
      );
      count(caller, allowed);
      if (allowed) accepted++;
    }
    assertEquals(await jobs() - before, accepted, "a row for each that was accepted");
  }
});

test("nobody has asked the key server that forged tokens name", async () => {
  await everybody();
  assertEquals(keyServer.requests, []);
  await report(
    "rights",
    Object.entries(figures).map(([callers, { tried, allowed }]) => (
      { what: `operations by ${callers} callers`, tried, allowed, refused: tried - allowed }
    )),
  );
});
