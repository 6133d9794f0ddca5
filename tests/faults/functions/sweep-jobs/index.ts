import { sweepJobs } from "../../../../supabase/functions/sweep-jobs/handler.ts";
import { hurried } from "../_shared/hurried.ts";

export default { fetch: sweepJobs(hurried) };
