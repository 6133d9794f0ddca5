import { assert, assertEquals } from "@std/assert";
import { test, until, useStack } from "../support/test_stack.ts";

const stack = useStack({ functionsEnv: { ALLOW_GUESTS: "true" } });
const goals = ["See the northern lights"];
const address = () => `${crypto.randomUUID()}@example.com`;

/** POSTs to create-job with the publishable key only. */
const asGuest = (body: unknown) =>
  stack().post("create-job", JSON.stringify(body), {
    apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
  });
const created = async (body: unknown): Promise<string> => {
  const response = await asGuest(body);
  assertEquals(response.status, 202);
  return (await response.json()).id;
};

test("a guest's board waits for its owner, who gets it at sign-up, whatever the case of the address", async () => {
  const email = address();
  const id = await created({ goals, email: email.toUpperCase() });
  await until(async () => (await stack().read(id))?.status === "complete");
  assertEquals((await stack().read(id))!.user_id, null);

  const owner = await stack().person(email);
  const { data } = await owner.supabase.from("vision_board_jobs").select();
  assertEquals(data?.map((row) => row.id), [id]);
  const picture = await owner.supabase.storage.from("vision-boards").download(
    data![0]!.image_storage_path!,
  );
  assert(picture.data, "the picture keeps its path and changes its owner");
});

test("a guest's board for a confirmed address is its account's at once", async () => {
  const owner = await stack().person();
  const id = await created({ goals, email: owner.email });
  assertEquals((await stack().read(id))!.user_id, owner.id);
});

test("guests must give an address, and credentials that are there must be good", async () => {
  assertEquals((await (await asGuest({ goals })).json()).issues, [
    { path: "email", message: "Guests need an email address." },
  ]);
  const response = await stack().post("create-job", JSON.stringify({ goals, email: address() }), {
    apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
    authorization: "Bearer a.b.c",
  });
  assertEquals(response.status, 401);
  const keyless = await stack().post("create-job", JSON.stringify({ goals, email: address() }));
  assertEquals(keyless.status, 401);
});

test("a sign-up succeeds even when two rows with one key meet in its account", async () => {
  const email = address();
  const idempotency_key = crypto.randomUUID();
  const id = await created({ goals, email, idempotency_key });
  const user = crypto.randomUUID();
  await stack().sql`insert into auth.users (id, email) values (${user}, ${email})`;
  await stack().row({ user_id: user, idempotency_key });
  await stack().sql`update auth.users set email_confirmed_at = now() where id = ${user}`;
  const row = (await stack().read(id))!;
  assertEquals([row.user_id, row.idempotency_key], [user, null]);
});
