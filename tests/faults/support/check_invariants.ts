/**
 * What must hold when everything has settled, whatever went wrong before. It is checked over the rows, the
 * log of their changes, the bucket and the queue.
 */
import { assertEquals } from "@std/assert";
import {
  maxAttempts,
  maxDispatches,
  qstashClient,
} from "../../../supabase/functions/_shared/qstash/publish.ts";
import { type Row, test, type TestStack, until } from "../../support/test_stack.ts";
import { type Change, type LoggedRow, readChangeLog } from "./change_log.ts";
import type { Accepted, FaultyStack } from "./faulty_stack.ts";

const ended = (row: LoggedRow | null) =>
  row !== null && ["complete", "failed"].includes(row.status);

/** Waits until all jobs have ended and nothing runs, cleans up, and checks everything. Sweeps must run. */
export async function settleAndCheck(stack: FaultyStack) {
  await settle(stack);
  await cleanUp(stack);
  return await checkInvariants(stack);
}

/** The last test of a file that uses a faulty stack. */
export function testInvariants(stack: () => FaultyStack): void {
  test("after all faults nothing is lost, done twice or left over", async () => {
    assertEquals((await settleAndCheck(stack())).violations, []);
  });
}

/**
 * Waits as long as jobs keep ending: how long a thousand take depends on the machine. A job that neither a
 * sweep nor a retry ends is a violation, not an error here.
 * @param seconds how long to wait for the next job to end
 */
async function settle(stack: FaultyStack, seconds = 120): Promise<void> {
  const running = async () => {
    const [row] = await stack.sql`
      select count(*)::int as count from public.vision_board_jobs where status in ('pending', 'processing')`;
    return row!.count as number;
  };
  for (let before = Infinity, left = await running(); left > 0 && left < before;) {
    before = left;
    await until(async () => (left = await running()) < before, seconds).catch(() => {});
  }
  await Promise.all(stack.background);
  stack.stopSweeping();
  await until(() => stack.workers.every((worker) => !worker.busy), seconds);
  await stack.qstash.idle();
}

/**
 * Makes all unreferenced boards removable, as they are ten minutes after the last lease, and sweeps. One
 * sweep is enough unless Storage is slow, or the sweep itself revives a job, which adds an entry.
 */
async function cleanUp(stack: FaultyStack): Promise<void> {
  for (let sweeps = 0; sweeps < 40; sweeps++) {
    await stack.sql`update vision_board.unreferenced_boards set removable_at = now()`;
    await stack.sweep();
    await stack.qstash.idle();
    const [left] = await stack
      .sql`select count(*)::int as count from vision_board.unreferenced_boards`;
    if (left!.count === 0) return;
  }
  const entries = await stack.sql`select o.*, now() from vision_board.unreferenced_boards as o`;
  const swept = stack.stack.log.filter(({ fn }) => fn === "sweep-jobs").slice(-6);
  throw new Error(
    `Forty sweeps left ${JSON.stringify(entries)}; they logged ${JSON.stringify(swept)}`,
  );
}

/** Checks everything once, as it is now. Counts for the reports; `violations` are sentences. */
export async function checkInvariants(stack: FaultyStack) {
  const { sql } = stack;
  const rows = await sql<Row[]>`select * from public.vision_board_jobs`;
  const log = await readChangeLog(sql);
  const objects = (await sql`select name from storage.objects where bucket_id = 'vision-boards'`)
    .map((object) => object.name as string);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const paths = new Set(rows.map((row) => row.image_storage_path));

  const lost = stack.accepted.filter(({ id }) =>
    !ended(byId.get(id) ?? null) && !stack.deleted.has(id)
  );
  const orphans = objects.filter((name) => !paths.has(name));
  const completions = countBy(
    log.filter(({ before, after }) =>
      before?.status !== "complete" && after?.status === "complete"
    ),
    ({ id }) => id,
  );
  const twice = [...completions].filter(([, count]) => count > 1).map(([id]) => id);

  return {
    accepted: stack.accepted.length,
    complete: rows.filter((row) => row.status === "complete").length,
    failed: rows.filter((row) => row.status === "failed").length,
    reasons: [...countBy(rows.filter(({ error_code }) => error_code), (row) => row.error_code!)]
      .map(([code, count]) => `${code} ${count}`).join(", "),
    deleted: stack.deleted.size,
    lost: lost.length,
    completedTwice: twice.length,
    orphans: orphans.length,
    violations: [
      ...lost.map(({ id }) => `job ${id} was accepted and has not ended`),
      ...twice.map((id) => `job ${id} was completed more than once`),
      ...orphans.map((name) => `object ${name} belongs to no row`),
      ...checkKeys(stack.accepted, log),
      ...rows.flatMap((row) => checkRow(row, objects)),
      ...log.flatMap(checkChange),
      ...await checkLedger(stack),
      ...await checkBoards(stack, rows),
      ...await checkDeadLetters(stack, byId),
    ],
  };
}

/** One key makes one job, however often it was sent. */
function checkKeys(accepted: Accepted[], log: Change[]): string[] {
  const created = countBy(
    log.filter(({ before }) => before === null),
    ({ after }) => after!.idempotency_key ?? "",
  );
  return accepted.filter(({ key }) => created.get(key) !== 1)
    .map(({ key }) => `key ${key} made ${created.get(key) ?? 0} jobs`);
}

function checkRow(row: Row, objects: string[]): string[] {
  const own = objects.filter((name) => name.startsWith(`${row.id}/`));
  const rules: [string, boolean][] = [
    ["has ended", ended(row)],
    ["holds no lease", row.lease_token === null && row.lease_expires_at === null],
    ["says when it finished", row.finished_at !== null],
    [`was tried at most ${maxAttempts} times`, row.attempts <= maxAttempts],
    [`was dispatched at most ${maxDispatches} times`, row.dispatch_count <= maxDispatches],
    ...row.status === "complete"
      ? [
        ["has exactly one object", own.length === 1],
        ["names its object", own[0] === row.image_storage_path],
        ["has a link and no error", Boolean(row.image_url) && row.error_code === null],
      ] as [string, boolean][]
      : [
        ["has no object", own.length === 0],
        ["has a reason", Boolean(row.error_code?.trim() && row.error_message?.trim())],
      ] as [string, boolean][],
  ];
  return rules.filter(([, holds]) => !holds)
    .map(([rule]) => `job ${row.id}, ${row.status}: not true that it ${rule}`);
}

const allowed = new Set([
  "pending processing",
  "pending failed",
  "processing pending",
  "processing complete",
  "processing failed",
]);

function checkChange({ id, before, after }: Change): string[] {
  if (!before || !after) return [];
  const found: string[] = [];
  if (ended(before)) found.push("changed after it had ended");
  if (before.status !== after.status && !allowed.has(`${before.status} ${after.status}`)) {
    found.push(`went from ${before.status} to ${after.status}`);
  }
  if (after.attempts > before.attempts && after.attempts !== before.attempts + 1) {
    found.push(`went from ${before.attempts} to ${after.attempts} attempts`);
  }
  if (after.attempts < before.attempts) found.push("forgot an attempt");
  // the path carries the token of the attempt that made the board
  const completed = before.status !== "complete" && after.status === "complete";
  if (completed && after.image_storage_path !== `${id}/${before.lease_token}.jpg`) {
    found.push("was completed by an attempt that did not hold the lease");
  }
  return found.map((what) => `job ${id} ${what}`);
}

async function checkLedger({ sql }: FaultyStack): Promise<string[]> {
  const left = await sql`select path from vision_board.unreferenced_boards`;
  return left.map(({ path }) => `the ledger still waits to remove ${path}`);
}

async function checkBoards({ stack }: FaultyStack, rows: Row[]): Promise<string[]> {
  const found: string[] = [];
  for (const { id, image_storage_path } of rows) {
    if (!image_storage_path) continue;
    const [first, second] = await download(stack, image_storage_path);
    if (first !== 0xff || second !== 0xd8) found.push(`job ${id} names a board that is no JPEG`);
  }
  return found;
}

/** Empty if there is no object. Tries again if a connection of the local stack died with Postgres. */
async function download({ env }: TestStack, path: string): Promise<Uint8Array> {
  const url = `${env.SUPABASE_URL}/storage/v1/object/vision-boards/${path}`;
  const headers = {
    apikey: env.SUPABASE_SECRET_KEY,
    authorization: `Bearer ${env.SUPABASE_SECRET_KEY}`,
  };
  for (let tries = 0; tries < 10; tries++) {
    try {
      const answer = await fetch(url, { headers, signal: AbortSignal.timeout(3_000) });
      const bytes = await answer.bytes();
      if (answer.ok) return bytes;
      if (answer.status < 500) break;
    } catch { /* no answer */ }
  }
  return new Uint8Array();
}

/** Every job of which QStash gave a message up has ended. */
async function checkDeadLetters(
  { qstash }: FaultyStack,
  rows: Map<string, Row>,
): Promise<string[]> {
  const { dlq } = qstashClient({ url: qstash.url, token: qstash.token });
  const messages: Awaited<ReturnType<typeof dlq.listMessages>>["messages"] = [];
  let cursor: string | undefined;
  do {
    const page = await dlq.listMessages({ cursor });
    messages.push(...page.messages);
    cursor = page.cursor;
  } while (cursor);
  return messages.flatMap((message) => {
    const text = message.body ?? (message.bodyBase64 ? atob(message.bodyBase64) : "");
    const id = /"job_id":"([0-9a-f-]{36})"/.exec(text)?.[1];
    const row = id ? rows.get(id) : undefined;
    return row && !ended(row) ? [`a dead letter names job ${id}, which has not ended`] : [];
  });
}

function countBy<T>(items: T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
