import { type Guard, migrations } from "./guard.ts";

const processJob = "supabase/functions/process-job/handler.ts";
const processJobTest = "tests/functions/process_job_test.ts";

/** What keeps a job right when it is dispatched twice or its worker was overtaken. */
export const delivery: Guard[] = [
  {
    guard: "A worker that was overtaken takes its picture back",
    doc: "reliability",
    file: processJob,
    find: "await store.remove([job.path]).catch(() => {});",
    replace: "",
    test: processJobTest,
    name: "a worker that was overtaken changes nothing, and takes its picture back",
  },
  {
    guard: "The same dispatch has the same deduplication id",
    doc: "reliability",
    file: "supabase/functions/_shared/queue.ts",
    find: "deduplicationId: `${jobId}-${dispatch}`",
    replace: "deduplicationId: crypto.randomUUID()",
    test: "tests/functions/create_job_test.ts",
    name: "QStash gets the job's id, how to deliver it, and nothing personal",
  },
  {
    guard: "The state machine refuses what it does not have",
    doc: "reliability",
    file: migrations.jobs,
    find: "('processing', 'failed'))",
    replace: "('processing', 'failed'), ('complete', 'pending'))",
    test: "tests/pgtap_test.ts",
    name: "status follows the state machine",
  },
];
