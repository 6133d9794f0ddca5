import { failJob } from "../../../../supabase/functions/fail-job/handler.ts";
import { hurried } from "../_shared/hurried.ts";

export default { fetch: failJob(hurried) };
