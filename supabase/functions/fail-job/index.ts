import { deps } from "../_shared/deps.ts";
import { failJob } from "./handler.ts";

export default { fetch: failJob(deps) };
