/**
 * What must hold when everything has come to rest, whatever went wrong before: checked over the rows,
 * their whole history, the bucket and the queue.
 */
import {
  maxAttempts,
  maxDispatches,
  qstashClient,
} from "../../../supabase/functions/_shared/qstash/publish.ts";
import { type Row, type TestStack, until } from "../../support/test_stack.ts";
import type { Accepted, Arena } from "./arena.ts";
import { type Change, changes, type HistoricRow } from "./history.ts";

/** The counts that the docs' tables show; `violations` are sentences. */
export interface Findings {
  accepted: number;
  complete: number;
  failed: number;
  /** How many of those for which reason. */
  reasons: string;
  deleted: number;
  lost: number;
  completedTwice: number;
  orphans: number;
  violations: string[];
}

const ended = (row: HistoricRow | null) =>
  row !== null && ["complete", "failed"].includes(row.status);

/**
 * Waits until every accepted job has ended and nothing moves any more; sweeps must be coming. Patient as
 * long as jobs end, since how long a thousand take is the machine's; those that neither a sweep nor a
 * retry ends any more are found by `verify`.
 *
 * @param seconds without another job that ended, after which it gives up
 */
export async function rest(arena: Arena, seconds = 120): Promise<void> {
  const running = async () => {
    const [row] = await arena.sql`
      select count(*)::int as count from public.vision_board_jobs where status in ('pending', 'processing')`;
    return row!.count as number;
  };
  for (let before = Infinity, left = await running(); left > 0 && left < before;) {
    before = left;
    await until(async () => (left = await running()) < before, seconds).catch(() => {});
  }
  await Promise.all(arena.late);
  arena.stopSweeping();
  await until(() => arena.workers.every((worker) => !worker.busy), seconds);
  await arena.qstash.idle();
}

/**
 * Ten minutes after the last lease, as far as the ledger of objects goes, and the sweeps of that time.
 * One is enough as a rule; what Storage was too slow for is the next one's. A job that a sweep helps only
 * now leaves another entry.
 */
export async function clearUp(arena: Arena): Promise<void> {
  for (let sweeps = 0; sweeps < 40; sweeps++) {
    await arena.sql`update vision_board.unreferenced_boards set removable_at = now()`;
    await arena.sweep();
    await arena.qstash.idle();
    const [left] = await arena
      .sql`select count(*)::int as count from vision_board.unreferenced_boards`;
    if (left!.count === 0) return;
  }
  const entries = await arena.sql`select o.*, now() from vision_board.unreferenced_boards as o`;
  const swept = arena.stack.log.filter(({ fn }) => fn === "sweep-jobs").slice(-6);
  throw new Error(
    `Forty sweeps left ${JSON.stringify(entries)}; they said ${JSON.stringify(swept)}`,
  );
}

/** Looks at everything. Call `rest` and `clearUp` first. */
export async function verify(arena: Arena): Promise<Findings> {
  const { sql } = arena;
  const rows = await sql<Row[]>`select * from public.vision_board_jobs`;
  const history = await changes(sql);
  const objects = (await sql`select name from storage.objects where bucket_id = 'vision-boards'`)
    .map((object) => object.name as string);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const paths = new Set(rows.map((row) => row.image_storage_path));

  const lost = arena.accepted.filter(({ id }) =>
    !ended(byId.get(id) ?? null) && !arena.deleted.has(id)
  );
  const orphans = objects.filter((name) => !paths.has(name));
  const completions = countBy(
    history.filter(({ was, became }) =>
      was?.status !== "complete" && became?.status === "complete"
    ),
    ({ id }) => id,
  );
  const twice = [...completions].filter(([, count]) => count > 1).map(([id]) => id);

  return {
    accepted: arena.accepted.length,
    complete: rows.filter((row) => row.status === "complete").length,
    failed: rows.filter((row) => row.status === "failed").length,
    reasons: [...countBy(rows.filter(({ error_code }) => error_code), (row) => row.error_code!)]
      .map(([code, count]) => `${code} ${count}`).join(", "),
    deleted: arena.deleted.size,
    lost: lost.length,
    completedTwice: twice.length,
    orphans: orphans.length,
    violations: [
      ...lost.map(({ id }) => `job ${id} was accepted and has not ended`),
      ...twice.map((id) => `job ${id} was completed more than once`),
      ...orphans.map((name) => `object ${name} belongs to no row`),
      ...ofKeys(arena.accepted, history),
      ...rows.flatMap((row) => ofRow(row, objects)),
      ...history.flatMap(ofChange),
      ...await ofLedger(arena),
      ...await ofPictures(arena, rows),
      ...await ofQueue(arena, byId),
    ],
  };
}

/** One key, one job, however often it was sent. */
function ofKeys(accepted: Accepted[], history: Change[]): string[] {
  const created = countBy(
    history.filter(({ was }) => was === null),
    ({ became }) => became!.idempotency_key ?? "",
  );
  return accepted.filter(({ key }) => created.get(key) !== 1)
    .map(({ key }) => `key ${key} made ${created.get(key) ?? 0} jobs`);
}

function ofRow(row: Row, objects: string[]): string[] {
  const own = objects.filter((name) => name.startsWith(`${row.id}/`));
  const rules: [string, boolean][] = [
    ["has ended", ended(row)],
    ["holds no lease", row.lease_token === null && row.lease_expires_at === null],
    ["has started and finished", row.finished_at !== null],
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

function ofChange({ id, was, became }: Change): string[] {
  if (!was || !became) return [];
  const found: string[] = [];
  if (ended(was)) found.push("changed after it had ended");
  if (was.status !== became.status && !allowed.has(`${was.status} ${became.status}`)) {
    found.push(`went from ${was.status} to ${became.status}`);
  }
  if (became.attempts > was.attempts && became.attempts !== was.attempts + 1) {
    found.push(`went from ${was.attempts} to ${became.attempts} attempts`);
  }
  if (became.attempts < was.attempts) found.push("forgot an attempt");
  // the path carries the token of the attempt that made the picture
  const completed = was.status !== "complete" && became.status === "complete";
  if (completed && became.image_storage_path !== `${id}/${was.lease_token}.jpg`) {
    found.push("was completed by an attempt that did not hold the lease");
  }
  return found.map((what) => `job ${id} ${what}`);
}

async function ofLedger({ sql }: Arena): Promise<string[]> {
  const left = await sql`select path from vision_board.unreferenced_boards`;
  return left.map(({ path }) => `the ledger still waits to remove ${path}`);
}

async function ofPictures({ stack }: Arena, rows: Row[]): Promise<string[]> {
  const found: string[] = [];
  for (const { id, image_storage_path } of rows) {
    if (!image_storage_path) continue;
    const [first, second] = await download(stack, image_storage_path);
    if (first !== 0xff || second !== 0xd8) found.push(`job ${id} names a picture that is no JPEG`);
  }
  return found;
}

/** Empty if there is none. Asks again where a connection of the local stack died with Postgres. */
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

/** Nothing waits; what QStash gave up is about jobs that have ended. */
async function ofQueue({ qstash }: Arena, rows: Map<string, Row>): Promise<string[]> {
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
