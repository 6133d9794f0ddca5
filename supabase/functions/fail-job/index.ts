import { world } from "../_shared/world.ts";
import { failJob } from "./handler.ts";

export default { fetch: failJob(world) };
