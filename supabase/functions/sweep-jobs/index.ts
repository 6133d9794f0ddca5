import { world } from "../_shared/world.ts";
import { sweepJobs } from "./handler.ts";

export default { fetch: sweepJobs(world) };
