import { type Guard, guardFor, migrations } from "./guard.ts";

const { lifecycle, sweep } = migrations;
const sweepJobs = "supabase/functions/sweep-jobs/handler.ts";
const queue = "supabase/functions/_shared/queue.ts";

/** What keeps a job and its picture when processes die and networks lie. */
const survives = guardFor("reliability");

export const faults: Guard[] = [
  survives(
    "The sweep revives what a dead worker left behind",
    sweep,
    "where d.status = 'processing' and coalesce(",
    "where d.status = 'none' and coalesce(",
    "tests/end_to_end/killed_worker_test.ts",
    "a worker killed in the middle of a job",
  ),
  survives(
    "A live lease keeps others out",
    lifecycle,
    "coalesce(j.lease_expires_at, '-infinity') <= now()))",
    "true))",
    "tests/faults/queue_test.ts",
    "a message that is delivered 50 times at once",
  ),
  survives(
    "The row is the outbox: what was not dispatched is found",
    sweep,
    "and (j.dispatched_at is null or j.dispatched_at < now() - p_stale_after)",
    "and j.dispatched_at < now() - p_stale_after",
    "tests/faults/queue_test.ts",
    "while QStash is down",
  ),
  survives(
    "A dispatch that was silent for long is looked after",
    sweep,
    "and (j.dispatched_at is null or j.dispatched_at < now() - p_stale_after)",
    "and j.dispatched_at is null",
    "tests/faults/queue_test.ts",
    "QStash forgets every message",
  ),
  survives(
    "A new dispatch has a new number, and so a new deduplication id",
    sweepJobs,
    "dispatch(call, queue, job.job_id, job.dispatch_count + 1)",
    "dispatch(call, queue, job.job_id, Math.max(job.dispatch_count, 1))",
    "tests/faults/queue_test.ts",
    "messages that come out of order",
  ),
  survives(
    "When every delivery failed, QStash says so",
    queue,
    "failureCallback: `${config.functionsUrl}/fail-job`,",
    "",
    "tests/faults/outages_test.ts",
    "Storage is down for good",
  ),
  survives(
    "Every path that is given out is in the ledger",
    lifecycle,
    "values (claim_vision_board_job.path, v_job.lease_token, v_job.lease_expires_at + interval '10 minutes');",
    "select claim_vision_board_job.path, v_job.lease_token, now() where false;",
    "tests/faults/outages_test.ts",
    "Storage stores but never says so",
  ),
  survives(
    "The ledger forgets an object when it is removed, not before",
    sweepJobs,
    "await store.remove(paths);\n      await call.jobs.forgetPictures(paths);",
    "await call.jobs.forgetPictures(paths);\n      await store.remove(paths);",
    "tests/faults/outages_test.ts",
    "a picture that Storage does not remove today",
  ),
  survives(
    "The same key is the same job",
    lifecycle,
    "if v_earlier.job_id is not null then",
    "if v_earlier.job_id is null and v_active < 0 then",
    "tests/faults/outages_test.ts",
    "create-job is killed at any step",
  ),
];
