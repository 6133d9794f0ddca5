import { HAN_FIRST, HAN_LAST } from "../../supabase/functions/_board/text/coverage.ts";
import type { Pack } from "../../supabase/functions/_board/text/font_families.ts";
import { base64, brotli, type Files, hashedName, hashOf, HEADER, read } from "./asset_module.ts";
import { codePointsOf, toRanges } from "./code_points.ts";
import { unpackFont } from "./unpack_font.ts";

/** What each pack is made of: one woff2 or several. */
const FILES: Record<Pack, readonly string[]> = {
  SC: ["@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-700-normal.woff2"],
  TC: [
    "@fontsource/noto-sans-tc/files/noto-sans-tc-chinese-traditional-700-normal.woff2",
    // The big file lacks all full-width punctuation. These two hold "，：" and "！（）？" (51 KB together).
    "@fontsource/noto-sans-tc/files/noto-sans-tc-119-700-normal.woff2",
    "@fontsource/noto-sans-tc/files/noto-sans-tc-118-700-normal.woff2",
  ],
  JP: ["@fontsource/noto-sans-jp/files/noto-sans-jp-japanese-700-normal.woff2"],
  KR: ["@fontsource/noto-sans-kr/files/noto-sans-kr-korean-700-normal.woff2"],
};

const PACKS = Object.keys(FILES) as Pack[];

/**
 * A pack's file, as `splitPack` reads it. Not woff2, which takes 150 ms to unpack where Brotli takes 30, and
 * is a sixth smaller.
 */
async function packFile(pack: Pack): Promise<Uint8Array> {
  const parts: Uint8Array[] = [new TextEncoder().encode("FONT")];
  for (const file of FILES[pack]) {
    const font = brotli(await unpackFont(read(file)));
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, font.length);
    parts.push(new Uint8Array(length.buffer), font);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/**
 * The packs for the bucket, and the module that tells their files, what each font of each maps, and what
 * is simplified Chinese.
 */
export async function embedPacks(): Promise<Files> {
  const files: Files = [];
  let source = `${HEADER}import type { Asset } from "../engine/asset.ts";\n` +
    'import type { Pack } from "../text/font_families.ts";\n' +
    'import type { PackCoverage } from "../text/coverage.ts";\n\n' +
    "export const PACK_FILES: Readonly<Record<Pack, Asset>> = {\n";
  for (const pack of PACKS) {
    const bytes = await packFile(pack);
    const name = hashedName(`${pack}.fonts`, bytes);
    files.push([name, bytes]);
    source += `  ${pack}: { file: "${name}", hash: "${hashOf(bytes)}" },\n`;
  }
  source += "};\n\nexport const COVERAGE: PackCoverage = {\n";
  for (const pack of PACKS) {
    const taken = new Set<number>();
    const fonts: string[] = [];
    for (const file of FILES[pack]) {
      // The boards' own faces draw Latin; and no point twice, or a slice's order would decide.
      const points = (await codePointsOf(read(file))).filter((p) => isOurs(p) && !taken.has(p));
      for (const point of points) taken.add(point);
      const others = points.filter((point) => point < HAN_FIRST || point > HAN_LAST);
      fonts.push(`{ covers: "${toRanges(others)}", han: "${bitmap(points)}" }`);
    }
    source += `  ${pack}: [${fonts.join(", ")}],\n`;
  }
  source += `};\n\nexport const SIMPLIFIED = "${bitmap(gb2312())}";\n`;
  return [...files, ["packs.ts", source]];
}

/** What a pack draws on a board: East Asian characters, and the quotes, dashes and dots between them. */
function isOurs(point: number): boolean {
  return point >= 0x2e80 || [0xb7, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x2026].includes(point);
}

/** A bit for each character of the main block of Han, in base64; empty if there is none. */
function bitmap(points: Iterable<number>): string {
  const bits = new Uint8Array((HAN_LAST - HAN_FIRST + 1) / 8);
  for (const point of points) {
    const i = point - HAN_FIRST;
    if (i >= 0 && point <= HAN_LAST) bits[i >> 3] = (bits[i >> 3] ?? 0) | 1 << (i & 7);
  }
  return bits.some(Boolean) ? base64(bits) : "";
}

/** The Han of GB 2312, the standard of simplified Chinese. SC maps many traditional characters as well. */
function gb2312(): number[] {
  const decoder = new TextDecoder("gbk");
  const points: number[] = [];
  for (let row = 0xb0; row <= 0xf7; row++) {
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      points.push(decoder.decode(new Uint8Array([row, cell])).codePointAt(0) ?? 0);
    }
  }
  return points;
}
