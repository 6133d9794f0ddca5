import { brotliDecompressSync } from "node:zlib";

/**
 * The code points that a woff2 font maps. Fontsource's own `unicode.json` tells what a slice was cut for,
 * which is more than the font has; a character between the two would be drawn as a box.
 * Format: https://www.w3.org/TR/WOFF2/ and https://learn.microsoft.com/typography/opentype/spec/cmap
 */
export function cmapOf(woff2: Uint8Array): number[] {
  const view = new DataView(woff2.buffer, woff2.byteOffset, woff2.byteLength);
  let at = 48;
  const base128 = () => {
    for (let value = 0;;) {
      const byte = view.getUint8(at++);
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  };
  let offset = 0;
  let cmapAt = -1;
  for (let i = 0; i < view.getUint16(12); i++) {
    const flags = view.getUint8(at++);
    const tag = flags & 63; // 0 is cmap, 10 glyf, 11 loca, 63 a tag in full
    if (tag === 63) at += 4;
    let length = base128();
    const transformed = tag === 10 || tag === 11 ? flags >> 6 !== 3 : flags >> 6 !== 0;
    if (transformed) length = base128();
    if (tag === 0) cmapAt = offset;
    offset += length;
  }
  if (cmapAt < 0) throw new Error("The font has no cmap.");
  const tables = brotliDecompressSync(woff2.subarray(at, at + view.getUint32(20)));
  const cmap = new DataView(tables.buffer, tables.byteOffset + cmapAt);
  const found = new Set<number>();
  for (let i = 0; i < cmap.getUint16(2); i++) {
    const sub = cmap.getUint32(4 + i * 8 + 4);
    const format = cmap.getUint16(sub);
    if (format === 12) {
      for (let g = 0; g < cmap.getUint32(sub + 12); g++) {
        const group = sub + 16 + g * 12;
        for (let c = cmap.getUint32(group); c <= cmap.getUint32(group + 4); c++) found.add(c);
      }
    } else if (format === 4) {
      const size = cmap.getUint16(sub + 6); // twice the number of segments
      for (let s = 0; s < size; s += 2) {
        const end = cmap.getUint16(sub + 14 + s);
        const start = cmap.getUint16(sub + 16 + size + s);
        const delta = cmap.getUint16(sub + 16 + size * 2 + s);
        const rangeAt = sub + 16 + size * 3 + s;
        const range = cmap.getUint16(rangeAt);
        for (let c = start; c <= end && c !== 0xffff; c++) {
          const glyph = range === 0
            ? c + delta & 0xffff
            : cmap.getUint16(rangeAt + range + (c - start) * 2);
          if (glyph !== 0) found.add(c);
        }
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}
