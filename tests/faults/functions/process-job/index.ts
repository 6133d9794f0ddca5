import { drawBoard } from "../../../../supabase/functions/_shared/board/draw.ts";
import { processJob } from "../../../../supabase/functions/process-job/handler.ts";
import { hurried } from "../_shared/hurried.ts";

export default { fetch: processJob(hurried, drawBoard) };
