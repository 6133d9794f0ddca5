import { world } from "../_shared/world.ts";
import { createJob } from "./handler.ts";

export default { fetch: createJob(world) };
