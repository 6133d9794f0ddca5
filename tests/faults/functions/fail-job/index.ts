import { deps } from "../../../../supabase/functions/_shared/deps.ts";
import { failJob } from "../../../../supabase/functions/fail-job/handler.ts";
import { shortTiming } from "../_shared/short_timing.ts";

export default { fetch: failJob({ ...deps, timing: shortTiming }) };
