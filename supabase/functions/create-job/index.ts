import { deps } from "../_shared/deps.ts";
import { createJob } from "./handler.ts";

export default { fetch: createJob(deps) };
