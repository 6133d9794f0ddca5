import { Buffer } from "node:buffer";
import { require } from "./asset_module.ts";

/**
 * The code points that a woff2 font maps, ascending, from HarfBuzz. Fontsource's own `unicode.json` tells
 * what a slice was cut for, which is more than the font has; a character between the two would be drawn
 * as a box.
 */
export async function codePointsOf(woff2: Uint8Array): Promise<number[]> {
  const { Blob, Face } = await import(
    `file://${require.resolve("harfbuzzjs")}`
  );
  const sfnt: Uint8Array = await require("fontverter").convert(Buffer.from(woff2), "sfnt");
  return [...new Face(new Blob(new Uint8Array(sfnt).buffer)).collectUnicodes()];
}

/** Code points, ascending, as the assets write them: hexadecimal, `20-7e,a0,...`. */
export function toRanges(codePoints: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const point of codePoints) {
    const last = ranges.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  const hex = (n: number) => n.toString(16);
  return ranges.map(([a, b]) => a === b ? hex(a) : `${hex(a)}-${hex(b)}`).join(",");
}
