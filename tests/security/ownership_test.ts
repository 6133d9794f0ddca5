/** Whose a guest's board is, over HTTP and under concurrency. In SQL: supabase/tests/ownership. */
import { assert, assertEquals } from "@std/assert";
import { type Client, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({
  functionsEnv: { ALLOW_GUESTS: "true", MAX_ACTIVE_JOBS: "1000", MAX_DAILY_JOBS: "1000" },
});
// nobody draws meanwhile: whose a board is does not depend on it, and it takes 0.3 s of a core
Deno.test.beforeAll(() => stack().functions.kill("process-job", "SIGSTOP"));
Deno.test.afterAll(() => stack().functions.kill("process-job", "SIGCONT"));
const goals = ["See the northern lights"];
const password = "correct horse battery";
const newAddress = () => `ava.${crypto.randomUUID()}@example.com`;

/** POSTs to create-job with the publishable key only. */
const asGuest = (email: unknown) =>
  stack().post("create-job", JSON.stringify({ goals, email }), {
    apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
  });
async function createAsGuest(email: string): Promise<string> {
  const response = await asGuest(email);
  assertEquals([email, response.status], [email, 202]);
  return (await response.json()).id;
}
/** The ids of the rows that a client can read. */
async function read(client: Client): Promise<string[]> {
  const { data, error } = await client.from("vision_board_jobs").select("id");
  assertEquals(error, null);
  return data!.map((row) => row.id).toSorted();
}
/** Whether a client can download a board. */
const opens = async (client: Client, path: string) =>
  (await client.storage.from("vision-boards").download(path)).data !== null;
const ownerOf = async (id: string) => (await stack().read(id))!.user_id;

/** Completes a job with a board. Returns the board's path. */
async function complete(id: string): Promise<string> {
  const path = `${id}/1.jpg`;
  const { error } = await stack().service.storage.from("vision-boards")
    .upload(path, "x", { contentType: "image/jpeg" });
  assertEquals(error, null);
  await stack().sql`update public.vision_board_jobs set status = 'processing' where id = ${id}`;
  await stack().sql`update public.vision_board_jobs
    set status = 'complete', image_storage_path = ${path} where id = ${id}`;
  return path;
}

/** An account as Auth makes it before its address is confirmed. */
async function signUpUnconfirmed(email: string): Promise<string> {
  const { data, error } = await stack().service.auth.admin.createUser({
    email,
    password,
    user_metadata: { email, email_verified: true },
    app_metadata: { email },
  });
  assertEquals(error, null);
  return data.user!.id;
}
const confirm = (id: string) =>
  stack().service.auth.admin.updateUserById(id, { email_confirm: true });

test("a guest's address is plain: nothing that another program may read as another one", async () => {
  const refused: unknown[] = [
    "\u212Aim@example.com", // the Kelvin sign, whose small letter is k
    "\u0130da@example.com", // a capital dotted I, whose small letter is i
    "stra\u00DFe@example.com",
    "\uFF41va@example.com", // a fullwidth a
    "\u0430va@example.com", // a Cyrillic a
    "ava@ex\u0430mple.com",
    ...["ava\u200B@example.com", "ava@example.com\u0000", "ava@example.com."],
    ...['"ava"@example.com', '"ava@example.com"@example.org', "ava(home)@example.com"],
    ...["Ava <ava@example.com>", "ava@example.com,eve@example.com"],
    ...["ava@example.com eve@example.com", "ava@example.com\neve@example.com"],
    ...["ava@example.com\r\nBcc: eve@example.com", "eve@example.com@example.com"],
    ...[
      "ava@[127.0.0.1]",
      "ava@127.0.0.1:80",
      "http://ava.example.com/",
      "",
      `${"a".repeat(320)}@example.com`,
    ],
    ...[["ava@example.com"], { toString: "ava@example.com" }, true, null],
  ];
  for (const email of refused) {
    const response = await asGuest(email);
    const { code, issues } = await response.json();
    assertEquals(
      [email, response.status, code, issues?.[0].path],
      [email, 400, "validation_failed", "email"],
    );
  }
  assertEquals((await stack().sql`select from public.vision_board_jobs`).length, 0);
});

test("a sign-up gets what waits for its address in any case, and nothing that looks like it", async () => {
  const email = newAddress();
  const same = [email, email.toUpperCase(), ` ${email.replace("ava", "Ava")} `];
  const similar = [
    email.replace("@", "+boards@"),
    email.replace("ava.", "ava"),
    email.replace("ava", "a_a"),
    email.replace("example.com", "mail.example.com"),
    `x${email}`,
  ];
  const create = (addresses: string[]) => Promise.all(addresses.map(createAsGuest));
  const before = [await create(same), await create(similar)] as const;
  const ava = await stack().person(email);
  const after = [await create(same), await create(similar)] as const;
  assertEquals(await read(ava.supabase), [...before[0], ...after[0]].toSorted());
  for (const id of [...before[1], ...after[1]]) assertEquals(await ownerOf(id), null);
});

test("what an account says about itself gives it nothing", async () => {
  const email = newAddress();
  const id = await createAsGuest(email);
  const supabase = stack().client(stack().env.SUPABASE_PUBLISHABLE_KEY);
  const { auth } = supabase;
  const data = { email, email_verified: true, sub: "x" };
  await auth.signUp({ email: newAddress(), password, options: { data } });
  await auth.updateUser({ data: { email, user_id: null } });
  await auth.refreshSession();
  assertEquals(await read(supabase), []);

  const eve = await signUpUnconfirmed(email);
  assertEquals(await ownerOf(id), null, "an account that has not confirmed the address");
  assertEquals(await ownerOf(await createAsGuest(email)), null, "nor for the next board");
  await confirm(eve);
  assertEquals(await ownerOf(id), eve, "the confirmation, and that alone");
});

test("a guest who types an account's address learns nothing of it and reads nothing", async () => {
  const [ava, ben] = [await stack().person(newAddress()), await stack().person()];
  const hers = await (await ava.create({ goals })).json();
  const board = await (await asGuest(ava.email)).json();
  const other = await (await asGuest(newAddress())).json();
  assertEquals(Object.keys(board), Object.keys(other), "as for an address without an account");
  assertEquals(await read(ava.supabase), [hers.id, board.id].toSorted());
  const path = await complete(board.id);
  const { error } = await stack().anon.from("vision_board_jobs").select().eq("id", board.id);
  assertEquals(error?.code, "42501");
  assertEquals(await read(ben.supabase), []);
  assert(!await opens(stack().anon, path) && !await opens(ben.supabase, path));
  assert(await opens(ava.supabase, path));
});

test("an account that was deleted and signs up again gets only what waited in between", async () => {
  const email = newAddress();
  const ava = await stack().person(email);
  const path = await complete((await stack().row({ user_id: ava.id, email })).id);
  assertEquals((await stack().service.auth.admin.deleteUser(ava.id)).error, null);
  assertEquals(await read(ava.supabase), [], "the token lives on and opens nothing");
  assert(!await opens(ava.supabase, path));
  assertEquals((await ava.create({ goals })).status, 401);

  const between = await createAsGuest(email);
  const again = await stack().person(email);
  assertEquals(await read(again.supabase), [between]);
  assert(!await opens(again.supabase, path));
  assertEquals(await read(ava.supabase), [], "nor does the old token open the new account");
});

/** Resolves once the work is done, or waits for a lock that a transaction holds. */
async function doneOrWaiting(work: Promise<unknown>) {
  let done = false;
  work.finally(() => done = true).catch(() => {});
  await until(async () => {
    const locks = await stack().sql`
      select from pg_locks where locktype = 'advisory' and not granted`;
    return done || locks.length > 0;
  });
}

test("a board whose address is confirmed before it is committed becomes the account's", async () => {
  const email = newAddress();
  const user = await signUpUnconfirmed(email);
  let confirmation: Promise<unknown>;
  const [row] = await stack().sql.begin(async (transaction) => {
    const rows = await transaction`insert into public.vision_board_jobs (email, goals)
      values (${email.toUpperCase()}, '["a"]') returning id`;
    confirmation = confirm(user);
    await doneOrWaiting(confirmation);
    return rows;
  });
  await confirmation!;
  assertEquals(await ownerOf(row!.id), user);
});

test("a board that is written before a confirmation is committed becomes the account's", async () => {
  const email = newAddress();
  const user = await signUpUnconfirmed(email);
  let board: Promise<string>;
  await stack().sql.begin(async (transaction) => {
    await transaction`update auth.users set email_confirmed_at = now() where id = ${user}`;
    board = createAsGuest(email.toUpperCase());
    await doneOrWaiting(board);
  });
  assertEquals(await ownerOf(await board!), user);
});

test("sign-ups and guests who race for an address leave no board behind", async () => {
  await Promise.all(Array.from({ length: 8 }, async () => {
    const email = newAddress();
    const [person, ...ids] = await Promise.all([
      stack().person(email),
      ...[email, email.toUpperCase(), email].map(createAsGuest),
    ]);
    for (const id of ids) assertEquals(await ownerOf(id), person.id);
  }));
});
