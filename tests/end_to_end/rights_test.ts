import { assert, assertEquals } from "@std/assert";
import { type Client, type Person, type Row, test, until, useStack } from "../support/rig.ts";

const rig = useStack();

/** A complete board of Ava's, one that has no owner yet, and everybody who might ask. */
async function scene() {
  const [ava, ben] = [await rig().person(), await rig().person()];
  const unowned = await rig().row({ email: `${crypto.randomUUID()}@example.com` });
  const own = await rig().row({ user_id: ava.id, email: ben.email });
  await rig().deliver("process-job", { job_id: own.id });
  await rig().deliver("process-job", { job_id: unowned.id });
  const board = (await rig().read(own.id))!;
  return {
    ava,
    ben,
    board,
    unowned: (await rig().read(unowned.id))!,
    anon: rig().anon,
    service: rig().service,
  };
}
const ids = async (client: Client, id: string) => {
  const { data, error } = await client.from("vision_board_jobs").select("id").eq("id", id);
  return error ? `${error.code}` : data.length === 1;
};

test("rows are read by their owner and the service role, by nobody else", async () => {
  const { ava, ben, anon, service, board, unowned } = await scene();
  assertEquals(await ids(ava.supabase, board.id), true);
  assertEquals(await ids(ben.supabase, board.id), false); // though the row's email is his
  assertEquals(await ids(anon, board.id), "42501");
  assertEquals(await ids(service, board.id), true);
  for (const person of [ava, ben]) assertEquals(await ids(person.supabase, unowned.id), false);
  assertEquals(await ids(anon, unowned.id), "42501");
  assertEquals(await ids(service, unowned.id), true);
});

test("the direct read of the contract gives a person's boards, newest first", async () => {
  const ava = await rig().person();
  const first = await rig().row({ user_id: ava.id, created_at: "2026-01-01T00:00:00Z" });
  const second = await rig().row({ user_id: ava.id, created_at: "2026-02-01T00:00:00Z" });
  const { data } = await ava.supabase.from("vision_board_jobs").select().order("created_at", {
    ascending: false,
  });
  assertEquals(data?.map((row) => row.id), [second.id, first.id]);
});

test("nobody but the service role inserts or updates", async () => {
  const { ava, ben, anon, board } = await scene();
  for (const client of [ava.supabase, ben.supabase, anon]) {
    const jobs = client.from("vision_board_jobs");
    assertEquals((await jobs.insert({ goals: ["a"], user_id: ava.id })).error?.code, "42501");
    assertEquals((await jobs.update({ name: "x" }).eq("id", board.id)).error?.code, "42501");
    assertEquals((await jobs.upsert({ id: board.id, goals: ["a"] })).error?.code, "42501");
  }
  assertEquals((await rig().read(board.id))!.name, board.name);
});

test("owners delete their boards; others delete nothing", async () => {
  const { ava, ben, anon, board } = await scene();
  assertEquals(
    (await anon.from("vision_board_jobs").delete().eq("id", board.id)).error?.code,
    "42501",
  );
  await ben.supabase.from("vision_board_jobs").delete().eq("id", board.id);
  assert(await rig().read(board.id));
  await ava.supabase.from("vision_board_jobs").delete().eq("id", board.id);
  assertEquals(await rig().read(board.id), undefined);
  await rig().sweep();
  assertEquals(await rig().hasObject(board.image_storage_path!), false);
});

test("the lifecycle functions are the service role's alone", async () => {
  const { ava, anon, board } = await scene();
  const token = { p_job_id: board.id, p_lease_token: crypto.randomUUID() };
  const calls: [string, Record<string, unknown>][] = [
    ["create_vision_board_job", {
      p_user_id: ava.id,
      p_email: null,
      p_goals: ["a"],
      p_name: null,
      p_rank_tag: null,
      p_theme: "light",
      p_idempotency_key: null,
      p_max_active: 99,
      p_max_daily: 99,
      p_ttl_days: 1,
    }],
    ["record_vision_board_dispatch", { p_job_id: board.id, p_dispatch: 1, p_message_id: "m" }],
    ["claim_vision_board_job", { p_job_id: board.id, p_lease_seconds: 1 }],
    ["complete_vision_board_job", { ...token, p_image_storage_path: "x", p_image_url: "y" }],
    ["release_vision_board_job", token],
    ["fail_vision_board_job", { ...token, p_error_code: "x", p_error_message: "y" }],
    ["end_vision_board_job", { p_job_id: board.id, p_error_code: "x", p_error_message: "y" }],
    ["sweep_vision_board_jobs", {}],
    ["list_removable_vision_boards", {}],
    ["forget_vision_boards", { p_paths: [] }],
  ];
  const known = await rig().sql`
    select p.proname from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname like '%vision_board%' order by 1`;
  assertEquals(calls.map(([name]) => name).toSorted(), known.map((row) => row.proname));
  for (const [name, args] of calls) {
    for (const client of [ava.supabase, anon]) {
      const { error } = await client.rpc(name as never, args as never);
      assertEquals([name, error?.code], [name, "42501"]);
    }
    const { error } = await rig().service.rpc(name as never, args as never);
    assertEquals([name, error], [name, null]);
  }
});

test("what the backend keeps for itself is not exposed", async () => {
  const { ava, anon, service } = await scene();
  for (const client of [ava.supabase, anon, service]) {
    for (const table of ["requests", "objects"]) {
      // deno-lint-ignore no-explicit-any -- the schema is not in the types, as it should be
      const { error } = await (client as any).schema("vision_board").from(table).select();
      assert(error, `${table} can be read`);
    }
  }
});

test("pictures are read and signed by the owner and the service role, by nobody else", async () => {
  const { ava, ben, anon, service, board, unowned } = await scene();
  const sees = async (client: Client, row: Row) => {
    const bucket = client.storage.from("vision-boards");
    const [file, link] = [
      await bucket.download(row.image_storage_path!),
      await bucket.createSignedUrl(row.image_storage_path!, 60),
    ];
    return [file.data !== null, link.data !== null];
  };
  assertEquals(await sees(ava.supabase, board), [true, true]);
  assertEquals(await sees(service, board), [true, true]);
  for (const client of [ben.supabase, anon]) {
    assertEquals(await sees(client, board), [false, false]);
  }
  for (const client of [ava.supabase, ben.supabase, anon]) {
    assertEquals(await sees(client, unowned), [false, false]);
  }
  assertEquals(await sees(service, unowned), [true, true]);
  const open = await fetch(
    `${rig().env.SUPABASE_URL}/storage/v1/object/public/vision-boards/${board.image_storage_path}`,
  );
  assert(open.status >= 400);
  await open.body?.cancel();
});

test("nobody but the service role writes to the bucket", async () => {
  const { ava, anon, board } = await scene();
  const path = board.image_storage_path!;
  const bytes = new Uint8Array([0xff, 0xd8, 0xff]);
  for (const client of [ava.supabase, anon]) {
    const bucket = client.storage.from("vision-boards");
    assert(
      (await bucket.upload(`${board.id}/mine.jpg`, bytes, { contentType: "image/jpeg" })).error,
    );
    assert((await bucket.update(path, bytes, { contentType: "image/jpeg" })).error);
    await bucket.remove([path]);
    await bucket.move(path, `${board.id}/moved.jpg`);
  }
  assert(await rig().hasObject(path), "the board is still there");
});

test("a link that was tampered with, or of another path, opens nothing", async () => {
  const { board, unowned } = await scene();
  const good = new URL(board.image_url!);
  const other = board.image_url!.replace(board.image_storage_path!, unowned.image_storage_path!);
  const tampered = `${good.origin}${good.pathname}?token=${
    good.searchParams.get("token")!.slice(0, -4)
  }AAAA`;
  for (const url of [other, tampered, `${good.origin}${good.pathname}`]) {
    const response = await fetch(url);
    assert(response.status >= 400 && response.status < 500, `${response.status} for ${url}`);
    await response.body?.cancel();
  }
});

test("a token that was forged, has expired, or is of another project opens nothing", async () => {
  const { ava, board } = await scene();
  const [head, claims, signature] = ava.token.split(".") as [string, string, string];
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
  const body = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
  const tokens = [
    `${part({ alg: "none", typ: "JWT" })}.${claims}.`,
    `${head}.${part({ ...body, sub: board.user_id, role: "service_role" })}.${signature}`,
    `${head}.${claims}.${signature.slice(0, -6)}AAAAAA`,
  ];
  for (const token of tokens) {
    const url = `${rig().env.SUPABASE_URL}/rest/v1/vision_board_jobs?select=id`;
    const response = await fetch(url, {
      headers: { apikey: rig().env.SUPABASE_PUBLISHABLE_KEY, authorization: `Bearer ${token}` },
    });
    assertEquals(response.status, 401);
    await response.body?.cancel();
  }
});

test("the example queries of the schema's first draft still run as the service role", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const jobs = () => rig().service.from("vision_board_jobs");
  const { data: created } = await jobs().insert({
    email,
    goals: ["Goal 1", "Goal 2"],
    status: "pending",
  }).select("id").single();
  const now = new Date().toISOString();
  assertEquals(
    (await jobs().update({ status: "processing", updated_at: now }).eq("id", created!.id)).error,
    null,
  );
  const done = {
    status: "complete",
    image_url: "https://storage.url/path/to/image.png",
    updated_at: now,
  };
  assertEquals((await jobs().update(done).eq("id", created!.id)).error, null);
  const { data } = await jobs().select().eq("email", email).eq("status", "complete").order(
    "created_at",
    { ascending: false },
  );
  assertEquals(data?.map((row) => row.id), [created!.id]);
});

test("two people work at once and never see each other's boards", async () => {
  const people: Person[] = [await rig().person(), await rig().person()];
  const jobs = await Promise.all(
    people.map(async (person, i) =>
      (await person.create({ goals: [`Goal of person ${i}`] })).json()
    ),
  );
  await Promise.all(
    jobs.map(({ id }) => until(async () => (await rig().read(id))?.status === "complete")),
  );
  for (const [i, person] of people.entries()) {
    const { data } = await person.supabase.from("vision_board_jobs").select();
    assertEquals(data?.map((row) => [row.id, row.goals]), [[jobs[i].id, [`Goal of person ${i}`]]]);
  }
});
