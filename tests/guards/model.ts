import { type Guard, guardFor, migrations } from "./guard.ts";

const { jobs, ownership, pictures, lifecycle, sweep } = migrations;

/** What the database itself keeps to, whatever the functions do. */
const one = (guard: string, file: string, find: string, replace: string): Guard =>
  guardFor("reliability")(
    guard,
    file,
    find,
    replace,
    "tests/faults/model_test.ts",
    "whatever happens to jobs in whatever order",
  );

const fence = "where j.id = p_job_id and j.status = 'processing' and j.lease_token = p_lease_token";
const noFence = "where j.id = p_job_id and j.status = 'processing'";
const completes =
  "set status = 'complete', image_storage_path = p_image_storage_path, image_url = p_image_url\n    ";
const releases = "set status = 'pending', started_at = null\n    ";
const fails =
  "set status = 'failed', error_code = p_error_code, error_message = p_error_message\n    ";

export const model: Guard[] = [
  one("A lost token completes nothing", lifecycle, completes + fence, completes + noFence),
  one("A lost token releases nothing", lifecycle, releases + fence, releases + noFence),
  one(
    "What is not processing any more holds no lease",
    jobs,
    "if new.status <> old.status and new.status <> 'processing' then",
    "if new.status in ('complete', 'failed') then",
  ),
  one(
    "A late delivery of an older dispatch does not stand for the newest",
    lifecycle,
    "when p_message_id is not null and p_dispatch >= j.dispatch_count",
    "when p_message_id is not null",
  ),
  one("A lost token fails nothing", lifecycle, fails + fence, fails + noFence),
  one(
    "Complete said again is believed for the picture that the row names, and no other",
    lifecycle,
    "and j.status = 'complete' and j.image_storage_path = p_image_storage_path",
    "and j.status = 'complete'",
  ),
  one(
    "A picture leaves the ledger when a row names it",
    lifecycle,
    "using completed where o.path = p_image_storage_path",
    "using completed where false",
  ),
  one(
    "Attempts are limited",
    lifecycle,
    "    and j.attempts < p_max_attempts -- guard: a job that kills its worker each time ends\n",
    "",
  ),
  one(
    "The last attempt is not given up while its lease runs",
    lifecycle,
    "v_job.attempts >= p_max_attempts and coalesce(v_job.lease_expires_at, '-infinity') <= now()",
    "v_job.attempts >= p_max_attempts",
  ),
  one(
    "A live lease keeps others from claiming",
    lifecycle,
    "(j.status = 'processing' and coalesce(j.lease_expires_at, '-infinity') <= now())",
    "j.status = 'processing'",
  ),
  one(
    "A late delivery does not count dispatches back",
    lifecycle,
    "dispatch_count = greatest(j.dispatch_count, p_dispatch)",
    "dispatch_count = p_dispatch",
  ),
  one(
    "A delivery proves its dispatch",
    lifecycle,
    "dispatched_at = coalesce(j.dispatched_at, now())",
    "dispatched_at = j.dispatched_at",
  ),
  one(
    "Every path is in the ledger from its claim on",
    lifecycle,
    `    insert into vision_board.objects as o (path, lease_token, removable_at)
    values (claim_vision_board_job.path, v_job.lease_token, v_job.lease_expires_at + interval '10 minutes');
`,
    "",
  ),
  one(
    "A picture is not removed while its worker may live",
    lifecycle,
    "v_job.lease_expires_at + interval '10 minutes'",
    "v_job.lease_expires_at",
  ),
  one(
    "A late answer does not undo a newer dispatch",
    lifecycle,
    "(j.dispatch_count < p_dispatch or j.dispatch_count = p_dispatch and j.dispatched_at is not null)",
    "j.dispatched_at is not null or j.dispatch_count < p_dispatch",
  ),
  one(
    "A late answer does not take a job out of the outbox",
    lifecycle,
    "j.dispatch_count = p_dispatch and j.dispatched_at is not null",
    "j.dispatch_count = p_dispatch",
  ),
  one(
    "The end of an old dispatch does not end the job",
    lifecycle,
    "      and (p_message_id is null or j.dispatch_count <= 1 or j.qstash_message_id is not distinct from p_message_id)\n",
    "",
  ),
  one(
    "The end of the only dispatch ends the job, even if its message was never recorded",
    lifecycle,
    "p_message_id is null or j.dispatch_count <= 1 or",
    "p_message_id is null or",
  ),
  one(
    "The same key with another request is told apart",
    lifecycle,
    "vision_board.fingerprint(p_goals, p_name, p_rank_tag, p_theme)",
    "vision_board.fingerprint(p_goals, p_name, p_rank_tag, 'light')",
  ),
  one(
    "A guest's key is none of the account's that gets the row",
    ownership,
    "new.idempotency_key := null; -- a guest's key",
    "null; -- a guest's key",
  ),
  one(
    "Running jobs are limited",
    lifecycle,
    "if v_active >= p_max_active then",
    "if v_active > p_max_active then",
  ),
  one(
    "Jobs of a day are limited",
    lifecycle,
    "offset greatest(p_max_daily - 1, 0)",
    "offset p_max_daily",
  ),
  one(
    "Deleting a board does not give the day's quota back",
    lifecycle,
    "from vision_board.requests as r left join public.vision_board_jobs",
    "from vision_board.requests as r join public.vision_board_jobs",
  ),
  one(
    "Status follows the state machine",
    jobs,
    "if new.status <> old.status\n     and (old.status, new.status) not in",
    "if false and (old.status, new.status) not in",
  ),
  one(
    "A pending job cannot become complete",
    jobs,
    "('pending', 'processing'),   -- claimed",
    "('pending', 'processing'), ('pending', 'complete'),",
  ),
  one(
    "What ended does not change",
    jobs,
    "if old.status in ('complete', 'failed')\n",
    "if old.status = 'failed'\n",
  ),
  one(
    "An ended job keeps its picture",
    jobs,
    "old.image_storage_path, old.error_code",
    "new.image_storage_path, old.error_code",
  ),
  one(
    "An ended job keeps its message",
    jobs,
    "old.error_code, old.error_message)",
    "old.error_code, new.error_message)",
  ),
  one(
    "An ended job has no lease",
    jobs,
    "    new.lease_token := null;\n    new.lease_expires_at := null;\n",
    "",
  ),
  one(
    "An ended job says when",
    jobs,
    "    new.finished_at := coalesce(new.finished_at, now());\n",
    "",
  ),
  one(
    "Complete has an image",
    jobs,
    "(status <> 'complete' or coalesce(btrim(image_url), '') <> '' or coalesce(btrim(image_storage_path), '') <> '')",
    "(true)",
  ),
  one(
    "Failed has a message",
    jobs,
    "(status <> 'failed' or coalesce(btrim(error_message), '') <> '')",
    "(true)",
  ),
  one(
    "A lease ends",
    jobs,
    "(lease_token is null or lease_expires_at is not null)",
    "(true)",
  ),
  one(
    "The sweep deletes what expired",
    sweep,
    "where e.expires_at <= now()",
    "where false",
  ),
  one(
    "The sweep revives what a dead worker left, and nothing else",
    sweep,
    "d.status = 'processing' and coalesce(d.lease_expires_at, d.updated_at + p_stale_after) <= now()",
    "d.status = 'processing'",
  ),
  one(
    "The sweep revives what has no lease",
    sweep,
    "coalesce(d.lease_expires_at, d.updated_at + p_stale_after)",
    "d.lease_expires_at",
  ),
  one(
    "What is revived is in the outbox",
    sweep,
    "started_at = null, dispatched_at = null",
    "started_at = null",
  ),
  one(
    "A dispatch has fifteen minutes before the sweep repeats it",
    sweep,
    "or j.dispatched_at < now() - p_stale_after)",
    "or true)",
  ),
  one(
    "After a day QStash is not asked any more",
    sweep,
    " and j.created_at > now() - interval '1 day'",
    "",
  ),
  one(
    "Who asked is remembered for a day after the job",
    sweep,
    "where r.gone_at < now() - interval '25 hours'",
    "where r.gone_at <= now()",
  ),
  one(
    "No picture is removed before its time",
    sweep,
    "where o.removable_at <= now()\n",
    "where true\n",
  ),
  one(
    "No picture is removed while an attempt may still complete with it",
    sweep,
    "where o.lease_token is not null and j.status = 'processing' and j.lease_token = o.lease_token",
    "where false",
  ),
  one(
    "The picture of a deleted row is left to the sweep",
    pictures,
    "select distinct image_storage_path, now() from deleted_jobs where image_storage_path is not null",
    "select distinct image_storage_path, now() from deleted_jobs where false",
  ),
];
