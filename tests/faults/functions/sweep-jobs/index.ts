import { deps } from "../../../../supabase/functions/_shared/deps.ts";
import { sweepJobs } from "../../../../supabase/functions/sweep-jobs/handler.ts";
import { shortTiming } from "../_shared/short_timing.ts";

export default { fetch: sweepJobs({ ...deps, timing: shortTiming }) };
