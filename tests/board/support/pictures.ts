/** Picture files of every kind, all of the same four quarters. */
import { crc32, deflateSync } from "node:zlib";
import { startPainter } from "../../../supabase/functions/_board/mod.ts";
import type { Picture } from "../../../supabase/functions/_board/engine/decode.ts";

export type Color = readonly [red: number, green: number, blue: number, opacity: number];

export const WIDTH = 24;
export const HEIGHT = 16;
/** Upper left, upper right, lower left, lower right. */
export const QUARTERS: readonly Color[] = [
  [220, 30, 40, 255],
  [30, 180, 60, 255],
  [40, 60, 210, 255],
  [240, 240, 240, 255],
];

const quarterAt = (x: number, y: number, width = WIDTH, height = HEIGHT) =>
  Number(x >= width / 2) + 2 * Number(y >= height / 2);

/** A file in tests/board/pictures. */
export const pictureFile = (name: string): Uint8Array =>
  Deno.readFileSync(new URL(`../pictures/${name}`, import.meta.url));

/** What differs from the quarters by more than a tolerance; nothing if nothing does. */
export function wrongPixels(
  { width, height, rgba }: Picture,
  quarters: readonly Color[],
  tolerance = 0,
): string {
  if (rgba.length !== width * height * 4) return `${rgba.length} bytes`;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = Math.min(Math.abs(x + 0.5 - width / 2), Math.abs(y + 0.5 - height / 2));
      if (tolerance > 0 && edge < 3) continue; // colours run there
      const is = rgba.subarray((y * width + x) * 4).subarray(0, 4);
      const should = quarters[quarterAt(x, y, width, height)]!;
      if (should.some((value, i) => Math.abs(value - is[i]!) > tolerance)) {
        return `${is} at ${x}, ${y}, not ${should}`;
      }
    }
  }
  return "";
}

/** The quarters as a baseline JPEG, 4:4:4; `orientation` goes into its EXIF, in either order of bytes. */
export async function jpegFile(orientation?: number, little = false): Promise<Uint8Array> {
  const painter = await startPainter();
  painter.begin(WIDTH, HEIGHT);
  for (const [i, [red, green, blue]] of QUARTERS.entries()) {
    const [x0, y0] = [(i & 1) * WIDTH / 2, (i >> 1) * HEIGHT / 2];
    const color = red << 16 | green << 8 | blue;
    painter.linear(
      { x0, y0, x1: x0 + WIDTH / 2, y1: y0 + HEIGHT / 2 },
      [0, 0, 0],
      color,
      color,
    );
  }
  const jpeg = painter.jpeg(95);
  if (!orientation) return jpeg;
  const tiff = new DataView(new ArrayBuffer(26));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 1, little);
  tiff.setUint16(10, 0x112, little);
  tiff.setUint16(12, 3, little);
  tiff.setUint32(14, 1, little);
  tiff.setUint16(18, orientation, little);
  const exif = [...new TextEncoder().encode("Exif\0\0"), ...new Uint8Array(tiff.buffer)];
  return joined(jpeg.subarray(0, 2), [0xff, 0xe1, 0, exif.length + 2], exif, jpeg.subarray(2));
}

/** First and last coefficient, and bits that were left out of them before and are left out now. */
type Scan = readonly [first: number, last: number, before: number, now: number];

/** A gray JPEG: all it holds is zeros. With several scans it is progressive. */
export function grayJpeg(
  width: number,
  height: number,
  scans: readonly Scan[] = [[0, 63, 0, 0]],
): Uint8Array {
  const [sof, bits] = scans.length > 1 ? [0xc2, 1] : [0xc0, 2]; // a block's in each scan
  const data = new Uint8Array(Math.ceil(Math.ceil(width / 8) * Math.ceil(height / 8) * bits / 8));
  const code = [1, ...Array(16).fill(0)]; // one of one bit, which means 0
  return joined(
    [0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, ...Array(64).fill(1)],
    [0xff, sof, 0, 11, 8, height >> 8, height, width >> 8, width, 1, 1, 0x11, 0],
    [0xff, 0xc4, 0, 38, 0, ...code, 0x10, ...code],
    ...scans.flatMap(([first, last, before, now]) => [
      [0xff, 0xda, 0, 8, 1, 1, 0, first, last, before << 4 | now],
      data,
    ]),
    [0xff, 0xd9],
  );
}

interface PngKind {
  /** 0 gray, 2 RGB, 3 palette, 4 gray with opacity, 6 RGB with opacity. */
  readonly type: number;
  readonly depth?: number;
  readonly interlaced?: boolean;
  readonly palette?: readonly number[];
  /** The chunk tRNS: opacities of the palette, or the one transparent colour. */
  readonly transparent?: readonly number[];
  /** In the header; the data are of WIDTH by HEIGHT. */
  readonly width?: number;
  readonly height?: number;
}

/** Of each pass, the first column and row and the steps. https://www.w3.org/TR/png-3/#8Interlace */
const ADAM7 = "00 88,40 88,04 48,20 44,02 24,10 22,01 12".split(",").map((pass) =>
  [...pass.replace(" ", "")].map(Number) as [number, number, number, number]
);

/** A PNG of the quarters, of which each pixel has these samples. */
export function pngFile(kind: PngKind, samples: readonly (readonly number[])[]): Uint8Array {
  const { type, depth = 8, interlaced = false, palette, transparent } = kind;
  const { width = WIDTH, height = HEIGHT } = kind;
  const rows: number[] = [];
  const passes: typeof ADAM7 = interlaced ? ADAM7 : [[0, 0, 1, 1]];
  for (const [left, upper, right, down] of passes) {
    for (let y = upper; y < HEIGHT; y += down) {
      let bits = "";
      for (let x = left; x < WIDTH; x += right) {
        for (const one of samples[quarterAt(x, y)]!) bits += one.toString(2).padStart(depth, "0");
      }
      rows.push(
        0,
        ...(bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, "0"), 2)),
      );
    }
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  [depth, type, 0, 0, Number(interlaced)].forEach((byte, i) => header.setUint8(8 + i, byte));
  return joined(
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
    chunk("IHDR", new Uint8Array(header.buffer)),
    palette ? chunk("PLTE", palette) : [],
    transparent ? chunk("tRNS", transparent) : [],
    chunk("IDAT", deflateSync(new Uint8Array(rows))),
    chunk("IEND", []),
  );
}

function chunk(name: string, data: Iterable<number>): Uint8Array {
  const body = joined(new TextEncoder().encode(name), data);
  const [length, crc] = [body.length - 4, crc32(body)].map((number) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, number);
    return bytes;
  });
  return joined(length!, body, crc!);
}

const joined = (...parts: Iterable<number>[]) => new Uint8Array(parts.flatMap((part) => [...part]));
