import { deps } from "../_shared/deps.ts";
import { sweepJobs } from "./handler.ts";

export default { fetch: sweepJobs(deps) };
