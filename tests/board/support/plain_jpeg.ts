import { startPainter } from "../../../supabase/functions/_board/mod.ts";

/** A JPEG of one colour, as photographs are at their hardest to write on. */
export async function plainJpeg(color: string, width = 256, height = 256): Promise<Uint8Array> {
  const painter = await startPainter();
  const number = parseInt(color.slice(1), 16);
  painter.begin(width, height);
  painter.linear({ x0: 0, y0: 0, x1: width, y1: height }, [0, 0, 0], number, number);
  return painter.jpeg(90);
}
