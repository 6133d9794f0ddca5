import { drawBoard } from "../_shared/board/draw.ts";
import { world } from "../_shared/world.ts";
import { processJob } from "./handler.ts";

export default { fetch: processJob(world, drawBoard) };
