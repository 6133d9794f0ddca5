import { drawBoard } from "../_board/mod.ts";
import { deps } from "../_shared/deps.ts";
import { processJob } from "./handler.ts";

export default { fetch: processJob({ ...deps, drawBoard }) };
