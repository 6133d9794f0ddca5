import { startEngine } from "../../../supabase/functions/_board/engine/engine.ts";

/** A JPEG of one colour, as photographs are at their hardest to write on. */
export async function plainJpeg(color: string, width = 256, height = 256): Promise<Uint8Array> {
  const renderer = await startEngine();
  return await renderer.render(
    { type: "container", style: { width, height, backgroundColor: color } },
    { width, height, format: "jpeg", quality: 90, images: [] },
  );
}
