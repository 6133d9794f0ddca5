import type { drawBoard as realDrawBoard } from "../../../../supabase/functions/_board/mod.ts";
import { processJob } from "../../../../supabase/functions/process-job/handler.ts";
import { hurried } from "../_shared/hurried.ts";

/**
 * Drawing touches nothing but its own memory, and takes a processor for half a second after each start:
 * hundreds of kills would measure the machine. It takes its time here, and always makes the same picture.
 */
const drawBoard: typeof realDrawBoard = async () => {
  await new Promise((resolve) => setTimeout(resolve, 150));
  const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
  return { bytes, contentType: "image/jpeg", width: 1080, height: 1350, missing: 0 };
};

export default { fetch: processJob({ ...hurried, drawBoard }) };
