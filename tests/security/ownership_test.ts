/** Whose a guest's board is: attacks by way of the address. The same in SQL: supabase/tests/060 to 066. */
import { assert, assertEquals } from "@std/assert";
import { type Client, test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({
  functionsEnv: { ALLOW_GUESTS: "true", MAX_ACTIVE_JOBS: "1000", MAX_DAILY_JOBS: "1000" },
});
// Nobody draws meanwhile: whose a board is does not depend on it, and drawing costs 0.3 s of a core.
Deno.test.beforeAll(() => stack().functions.kill("process-job", "SIGSTOP"));
Deno.test.afterAll(() => stack().functions.kill("process-job", "SIGCONT"));
const goals = ["See the northern lights"];
const address = () => `ava.${crypto.randomUUID()}@example.com`;

/** POSTs to create-job with the publishable key only. */
const asGuest = (email: unknown) =>
  stack().post("create-job", JSON.stringify({ goals, email }), {
    apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
  });
async function guestRow(email: string): Promise<string> {
  const response = await asGuest(email);
  assertEquals([email, response.status], [email, 202]);
  return (await response.json()).id;
}
const read = async (client: Client) => {
  const { data, error } = await client.from("vision_board_jobs").select("id");
  assertEquals(error, null);
  return data!.map((row) => row.id).toSorted();
};
const owner = async (id: string) => (await stack().read(id))!.user_id;

/** A picture for a job. Returns its path. */
async function draw(id: string): Promise<string> {
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
async function unconfirmed(email: string): Promise<string> {
  const { data, error } = await stack().service.auth.admin.createUser({
    email,
    password: "correct horse battery",
    user_metadata: { email, email_verified: true },
    app_metadata: { email },
  });
  assertEquals(error, null);
  return data.user!.id;
}
const confirm = (id: string) =>
  stack().service.auth.admin.updateUserById(id, { email_confirm: true });

test("guests type plain addresses: nothing that another program may read as another one", async () => {
  const refused = [
    "\u212Aim@example.com", // the Kelvin sign, whose small letter is k
    "\u0130da@example.com", // a capital dotted I, whose small letter is i
    "stra\u00DFe@example.com",
    "\uFF41va@example.com", // a fullwidth a
    "\u0430va@example.com", // a Cyrillic a
    "ava@ex\u0430mple.com",
    "ava\u200B@example.com",
    "ava@example.com\u0000",
    "ava@example.com.",
    "ava.@example.com",
    ".ava@example.com",
    "a..va@example.com",
    '"ava"@example.com',
    '"ava@example.com"@example.org',
    "ava(home)@example.com",
    "Ava <ava@example.com>",
    "ava@example.com,eve@example.com",
    "ava@example.com eve@example.com",
    "ava@example.com\neve@example.com",
    "ava@example.com\r\nBcc: eve@example.com",
    "eve@example.com@example.com",
    "ava%@example.com",
    "ava@[127.0.0.1]",
    "ava@localhost",
    "",
    `${"a".repeat(320)}@example.com`,
    ["ava@example.com"],
    { toString: "ava@example.com" },
    true,
    null,
  ];
  for (const email of refused) {
    const response = await asGuest(email);
    const { code, issues } = await response.json();
    assertEquals([email, response.status, code, issues?.[0].path], [
      email,
      400,
      "validation_failed",
      "email",
    ]);
  }
  assertEquals((await stack().sql`select from public.vision_board_jobs`).length, 0);
});

test("a sign-up gets what waits for its address, in any case, and nothing that only looks like it", async () => {
  const email = address();
  const same = [email, email.toUpperCase(), ` ${email.replace("ava", "Ava")} `];
  const others = [
    email.replace("@", "+boards@"),
    email.replace("ava.", "ava"),
    email.replace("ava", "a_a"),
    email.replace("example.com", "mail.example.com"),
    `x${email}`,
  ];
  const before = await Promise.all(same.map(guestRow));
  const foreign = await Promise.all(others.map(guestRow));
  const ava = await stack().person(email);
  const after = await Promise.all(same.map(guestRow));
  foreign.push(...await Promise.all(others.map(guestRow)));
  assertEquals(await read(ava.supabase), [...before, ...after].toSorted());
  assertEquals(await Promise.all(foreign.map(owner)), foreign.map(() => null));
});

test("what an account says about itself gives it nothing", async () => {
  const email = address();
  const id = await guestRow(email);
  const supabase = stack().client(stack().env.SUPABASE_PUBLISHABLE_KEY);
  await supabase.auth.signUp({
    email: address(),
    password: "correct horse battery",
    options: { data: { email, email_verified: true, sub: "x" } },
  });
  await supabase.auth.updateUser({ data: { email, user_id: (await stack().read(id))!.user_id } });
  await supabase.auth.refreshSession();
  assertEquals(await read(supabase), []);

  const eve = await unconfirmed(email);
  assertEquals(await owner(id), null, "an account that has not confirmed the address");
  assertEquals(await owner(await guestRow(email)), null, "nor for the next board");
  await confirm(eve);
  assertEquals(await owner(id), eve, "the confirmation, and that alone");
});

test("a guest who types an account's address learns nothing of it, and reads nothing, the new board included", async () => {
  const ava = await stack().person(address());
  const ben = await stack().person();
  const hers = await (await ava.create({ goals })).json();
  const response = await asGuest(ava.email);
  const board = await response.json();
  const stranger = await (await asGuest(address())).json();
  assertEquals(Object.keys(board).toSorted(), ["created_at", "expires_at", "id", "status"]);
  assertEquals(Object.keys(board), Object.keys(stranger), "as for an address without an account");
  assertEquals(await read(ava.supabase), [hers.id, board.id].toSorted());
  const path = await draw(board.id);
  assertEquals(
    (await stack().anon.from("vision_board_jobs").select().eq("id", board.id)).error?.code,
    "42501",
  );
  assertEquals(await read(ben.supabase), []);
  for (const client of [stack().anon, ben.supabase]) {
    assertEquals((await client.storage.from("vision-boards").download(path)).data, null);
  }
  assert((await ava.supabase.storage.from("vision-boards").download(path)).data);
});

test("after a change of address, what came by the old one stays, and its next holder gets only what waits", async () => {
  const [old, next] = [address(), address()];
  const ava = await stack().person(old);
  const [came, waited] = [await guestRow(old), await guestRow(next)];
  assertEquals(await read(ava.supabase), [came]);
  await stack().service.auth.admin.updateUserById(ava.id, { email: next, email_confirm: true });
  assertEquals(await read(ava.supabase), [came, waited].toSorted());

  const later = await guestRow(old);
  const ben = await stack().person(old);
  assertEquals(await read(ben.supabase), [later]);
  assertEquals(await read(ava.supabase), [came, waited].toSorted());
});

test("an account that was deleted and signs up again starts empty, but for what waited in between", async () => {
  const email = address();
  const ava = await stack().person(email);
  const first = await stack().row({ user_id: ava.id, email });
  const path = await draw(first.id);
  assertEquals((await stack().service.auth.admin.deleteUser(ava.id)).error, null);
  assertEquals(await read(ava.supabase), [], "the token lives on and opens nothing");
  assertEquals((await ava.supabase.storage.from("vision-boards").download(path)).data, null);
  assertEquals((await ava.create({ goals })).status, 401);

  const between = await guestRow(email);
  const again = await stack().person(email);
  assertEquals(await read(again.supabase), [between]);
  assertEquals((await again.supabase.storage.from("vision-boards").download(path)).data, null);
  assertEquals(await read(ava.supabase), [], "nor does the old token open the new account");
});

/** Resolves once the work is done or waits for a lock that somebody else holds. */
const doneOrWaiting = async (work: Promise<unknown>) => {
  let done = false;
  work.finally(() => done = true).catch(() => {});
  await until(async () =>
    done ||
    (await stack().sql`select from pg_locks where locktype = 'advisory' and not granted`).length > 0
  );
};

test("a board that is written while its address is confirmed becomes the account's: the board first", async () => {
  const email = address();
  const user = await unconfirmed(email);
  let confirmation: Promise<unknown>;
  const [row] = await stack().sql.begin(async (transaction) => {
    const rows = await transaction`insert into public.vision_board_jobs (email, goals)
      values (${email.toUpperCase()}, '["a"]') returning id`;
    confirmation = confirm(user);
    await doneOrWaiting(confirmation);
    return rows;
  });
  await confirmation!;
  assertEquals(await owner(row!.id), user);
});

test("a board that is written while its address is confirmed becomes the account's: the confirmation first", async () => {
  const email = address();
  const user = await unconfirmed(email);
  let board: Promise<string>;
  await stack().sql.begin(async (transaction) => {
    await transaction`update auth.users set email_confirmed_at = now() where id = ${user}`;
    board = guestRow(email.toUpperCase());
    await doneOrWaiting(board);
  });
  assertEquals(await owner(await board!), user);
});

test("sign-ups and guests who race for an address leave no board behind", async () => {
  const races = await Promise.all(Array.from({ length: 8 }, async () => {
    const email = address();
    const [ids, person] = await Promise.all([
      Promise.all([guestRow(email), guestRow(email.toUpperCase()), guestRow(email)]),
      stack().person(email),
    ]);
    return { ids, id: person.id };
  }));
  for (const { ids, id } of races) {
    assertEquals(await Promise.all(ids.map(owner)), ids.map(() => id));
  }
});

test("of two accounts that race for an address one gets it, and every board with it", async () => {
  const email = address();
  const waiting = await guestRow(email);
  const people = await Promise.all([stack().person(), stack().person(), stack().person()]);
  // a confirmed change of address, as Auth writes it
  const changes = await Promise.all(
    people.map(({ id }) =>
      stack().sql`update auth.users set email = ${email}, email_change = '' where id = ${id}`
        .then(() => id, () => null)
    ),
  );
  const winners = changes.filter((id) => id !== null);
  assertEquals(winners.length, 1);
  assertEquals(await owner(waiting), winners[0]);
  assertEquals(await owner(await guestRow(email)), winners[0]);
  for (const person of people) {
    assertEquals((await read(person.supabase)).length, person.id === winners[0] ? 2 : 0);
  }
});
