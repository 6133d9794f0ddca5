import { createJob } from "../../../../supabase/functions/create-job/handler.ts";
import { hurried } from "../_shared/hurried.ts";

export default { fetch: createJob(hurried) };
