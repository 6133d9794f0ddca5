import { drawBoard } from "../_board/mod.ts";
import { world } from "../_shared/deps.ts";
import { withFonts } from "./fonts.ts";
import { processJob } from "./handler.ts";
import { withPictures } from "./pictures.ts";

export default { fetch: processJob(world, withFonts(withPictures(drawBoard))) };
