import { deps } from "../../../../supabase/functions/_shared/deps.ts";
import { createJob } from "../../../../supabase/functions/create-job/handler.ts";
import { shortTiming } from "../_shared/short_timing.ts";

export default { fetch: createJob({ ...deps, timing: shortTiming }) };
