/** The check of the invariants notices each of them broken, one at a time. */
import { assertEquals } from "@std/assert";
import { startQStash } from "../../tools/local-stack/qstash/server.ts";
import { qstashClient } from "../../supabase/functions/_shared/qstash/publish.ts";
import { type Row, test, useStack } from "../support/test_stack.ts";
import { startChangeLog } from "./support/change_log.ts";
import { checkInvariants } from "./support/check_invariants.ts";
import type { Accepted, FaultyStack } from "./support/faulty_stack.ts";

const stack = useStack();
Deno.test.beforeAll(async () => await startChangeLog(stack().sql));

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const accepted: Accepted[] = [];
const upload = async (path: string, bytes = jpeg) => {
  const { error } = await stack().service.storage.from("vision-boards")
    .upload(path, bytes, { contentType: "image/jpeg", upsert: true });
  if (error) throw error;
};

/** A job as it should be: accepted, claimed, drawn, completed. */
async function createComplete(): Promise<Row> {
  const key = crypto.randomUUID();
  const { id } = await stack().row({ email: `${key}@example.com`, idempotency_key: key });
  const { data } = await stack().service.rpc("claim_vision_board_job", {
    p_job_id: id,
    p_lease_seconds: 60,
    p_max_attempts: 12,
  });
  const { lease_token, path } = data![0]!;
  await upload(path);
  await stack().service.rpc("complete_vision_board_job", {
    p_job_id: id,
    p_lease_token: lease_token,
    p_image_storage_path: path,
    p_image_url: "signed",
  });
  accepted.push({ id, key } as Accepted);
  return (await stack().read(id))!;
}

/** Changes a row past its state machine; the change log still sees it. */
async function force(id: string, change: string): Promise<void> {
  await stack().sql.unsafe(`
    alter table public.vision_board_jobs disable trigger apply_state_machine;
    update public.vision_board_jobs set ${change} where id = '${id}';
    alter table public.vision_board_jobs enable trigger apply_state_machine;`);
}

/** The violations that are found, without ids. */
async function violationsNow(deadLetter?: string): Promise<string[]> {
  const qstash = startQStash({ port: 0, delayFactor: 0 });
  try {
    if (deadLetter) {
      await qstashClient(qstash).publishJSON({
        url: "http://127.0.0.1:1/nobody",
        body: { job_id: deadLetter },
        retries: 0,
      });
      await qstash.idle();
    }
    const faultyStack = {
      stack: stack(),
      sql: stack().sql,
      accepted,
      deleted: new Set(),
      qstash,
    } as unknown as FaultyStack;
    const { violations } = await checkInvariants(faultyStack);
    const plain = violations.map((sentence) =>
      sentence.replaceAll(/[0-9a-f-]{36}/g, "…").replace(/…\/\S+/, "…")
    );
    return [...new Set(plain)].sort();
  } finally {
    await qstash.stop();
  }
}

async function clearEverything(): Promise<void> {
  accepted.length = 0;
  const { sql, service } = stack();
  const objects = await sql`select name from storage.objects`;
  if (objects.length > 0) {
    await service.storage.from("vision-boards").remove(objects.map(({ name }) => name));
  }
  await sql`truncate public.vision_board_jobs`;
  await sql`truncate vision_board.unreferenced_boards, vision_board.requests, change_log.changes`;
}

const broken: [what: string, breakIt: (row: Row) => Promise<string | void>, found: string[]][] = [
  ["nothing", () => Promise.resolve(), []],
  ["a job that was accepted is not there", async ({ id }) => {
    await stack().sql`delete from public.vision_board_jobs where id = ${id}`;
    await stack().sql`delete from vision_board.unreferenced_boards`;
  }, ["job … was accepted and has not ended", "object … belongs to no row"]],
  ["a job never ended", async () => {
    await stack().row();
  }, [
    "job …, pending: not true that it has a reason",
    "job …, pending: not true that it has ended",
    "job …, pending: not true that it says when it finished",
  ]],
  ["two objects", (row) => upload(`${row.id}/other.jpg`), [
    "job …, complete: not true that it has exactly one object",
    "object … belongs to no row",
  ]],
  ["no object", async (row) => {
    await stack().service.storage.from("vision-boards").remove([row.image_storage_path!]);
  }, [
    "job … names a board that is no JPEG",
    "job …, complete: not true that it has exactly one object",
    "job …, complete: not true that it names its object",
  ]],
  [
    "an object that is no JPEG",
    (row) => upload(row.image_storage_path!, new TextEncoder().encode("no")),
    [
      "job … names a board that is no JPEG",
    ],
  ],
  ["a change after the end", ({ id }) => force(id, "name = 'Eve'"), [
    "job … changed after it had ended",
  ]],
  ["completed twice", async ({ id }) => {
    await force(id, "status = 'processing'");
    await force(id, "status = 'complete'");
  }, [
    "job … changed after it had ended",
    "job … was completed by an attempt that did not hold the lease",
    "job … was completed more than once",
    "job … went from complete to processing",
  ]],
  ["an attempt forgotten", ({ id }) => force(id, "attempts = 0"), [
    "job … changed after it had ended",
    "job … forgot an attempt",
  ]],
  ["too many attempts and dispatches", ({ id }) => force(id, "attempts = 13, dispatch_count = 4"), [
    "job … changed after it had ended",
    "job … went from 1 to 13 attempts",
    "job …, complete: not true that it was dispatched at most 3 times",
    "job …, complete: not true that it was tried at most 12 times",
  ]],
  [
    "a lease after the end",
    ({ id }) => force(id, "lease_token = gen_random_uuid(), lease_expires_at = now()"),
    ["job … changed after it had ended", "job …, complete: not true that it holds no lease"],
  ],
  ["an error and no link", ({ id }) => force(id, "error_code = 'x', image_url = null"), [
    "job … changed after it had ended",
    "job …, complete: not true that it has a link and no error",
  ]],
  ["one key, two jobs", async ({ idempotency_key }) => {
    const { id } = await stack().row({ email: "two@example.com", idempotency_key });
    await stack().service.rpc("give_up_vision_board_job", {
      p_job_id: id,
      p_error_code: "gave_up",
    });
  }, ["key … made 2 jobs"]],
  ["a path left in the ledger", async () => {
    await stack()
      .sql`insert into vision_board.unreferenced_boards (path, removable_at) values ('left/over.jpg', now())`;
  }, ["the ledger still waits to remove left/over.jpg"]],
  ["a dead letter of a job that has not ended", async () => (await stack().row()).id, [
    "a dead letter names job …, which has not ended",
    "job …, pending: not true that it has a reason",
    "job …, pending: not true that it has ended",
    "job …, pending: not true that it says when it finished",
  ]],
];

for (const [what, breakIt, found] of broken) {
  test(`the check finds: ${what}`, async () => {
    try {
      const deadLetter = await breakIt(await createComplete());
      assertEquals(await violationsNow(deadLetter ?? undefined), found);
    } finally {
      await clearEverything();
    }
  });
}
