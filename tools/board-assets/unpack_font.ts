import { Buffer } from "node:buffer";
import { require } from "./asset_module.ts";

/** An instance of a variable font: its place on the axes. */
export interface Instance {
  readonly wght: number;
  readonly opsz?: number;
}

/** https://www.npmjs.com/package/subset-font: HarfBuzz's subsetter. */
type SubsetFont = (
  font: Uint8Array,
  text: undefined,
  options: {
    keepAllGlyphs: true;
    targetFormat: "truetype";
    noHinting: true;
    variationAxes?: Record<string, number>;
  },
) => Promise<Uint8Array>;

/**
 * A woff2 font as TrueType, without the hints for screens of few pixels, a variable one as one instance.
 * Shaped and drawn as it is, a variable font would cost 30 ms of CPU a board more.
 */
export async function unpackFont(woff2: Uint8Array, instance?: Instance): Promise<Uint8Array> {
  const subsetFont: SubsetFont = require("subset-font");
  return await subsetFont(Buffer.from(woff2), undefined, {
    keepAllGlyphs: true,
    targetFormat: "truetype",
    noHinting: true,
    ...(instance ? { variationAxes: { ...instance } } : {}),
  });
}
