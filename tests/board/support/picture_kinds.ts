/** Every kind of file, whole and damaged. */
import { type Color, grayJpeg, jpegFile, pictureFile, pngFile, QUARTERS } from "./pictures.ts";

/** Samples of the quarters. */
export const rgb = QUARTERS.map((color) => color.slice(0, 3));
export const RGB = pngFile({ type: 2 }, rgb);
/** The first part of a file. */
export const cut = (bytes: Uint8Array) => bytes.subarray(0, bytes.length * 0.6);
/** The right half is half transparent. */
const faded = QUARTERS.map(([r, g, b], i): Color => [r, g, b, i & 1 ? 128 : 255]);
const gray = (...values: number[]) => values.map((v): Color => [v, v, v, 255]);
const hidden = QUARTERS.map(([r, g, b], i): Color => [r, g, b, i === 1 ? 0 : 255]);

/** Files, and what they show: within a tolerance, or exactly. */
export const KINDS: [
  what: string,
  bytes: Uint8Array,
  quarters: readonly Color[],
  tolerance?: number,
][] = [
  ["a baseline JPEG", await jpegFile(), QUARTERS, 4],
  ["a JPEG with halved colours", pictureFile("subsampled.jpg"), QUARTERS, 12],
  ["a progressive JPEG", pictureFile("progressive.jpg"), QUARTERS, 12],
  ["a gray JPEG", pictureFile("gray.jpg"), gray(88, 121, 71, 240), 3],
  ["a PNG of RGB", RGB, QUARTERS],
  ["a PNG of RGBA", pngFile({ type: 6 }, faded), faded],
  ["an interlaced PNG", pngFile({ type: 6, interlaced: true }, faded), faded],
  [
    "a PNG with a transparent colour",
    pngFile({ type: 2, transparent: [0, 30, 0, 180, 0, 60] }, rgb),
    hidden,
  ],
  ["a gray PNG", pngFile({ type: 0 }, [[0], [99], [180], [255]]), gray(0, 99, 180, 255)],
  [
    "a gray PNG of one bit",
    pngFile({ type: 0, depth: 1 }, [[0], [1], [1], [0]]),
    gray(0, 255, 255, 0),
  ],
  [
    "a gray PNG with opacity",
    pngFile({ type: 4 }, [[7, 255], [99, 9], [180, 255], [255, 128]]),
    [[7, 7, 7, 255], [99, 99, 99, 9], [180, 180, 180, 255], [255, 255, 255, 128]],
  ],
  [
    "a PNG of 16 bits",
    pngFile({ type: 2, depth: 16 }, rgb.map((c) => c.map((v) => v * 257))),
    QUARTERS,
  ],
  ...[1, 2, 4, 8].map((depth): [string, Uint8Array, Color[]] => {
    const palette = depth === 1 ? [0, 1, 1, 0] : [0, 1, 2, 3];
    const colors = rgb.slice(0, depth === 1 ? 2 : 4).flat();
    return [
      `a PNG with a palette in ${depth} bits`,
      pngFile({ type: 3, depth, palette: colors, transparent: [255, 0] }, palette.map((i) => [i])),
      palette.map((i) => hidden[i]!),
    ];
  }),
  ["a lossy WebP", pictureFile("lossy.webp"), QUARTERS, 6],
  ["a lossless WebP", pictureFile("lossless.webp"), QUARTERS],
  ["a lossy WebP with opacity", pictureFile("alpha.webp"), faded, 6],
  ["a lossless WebP with opacity", pictureFile("lossless_alpha.webp"), faded],
];

const ycck = pictureFile("ycck.jpg");
const cmyk = ycck.slice();
cmyk[17] = 0; // what Adobe's marker says of the colours
const html = new TextEncoder().encode("<html><body>quota exceeded</body></html>");
/** Files that cannot be decoded. */
export const NONE: [what: string, bytes: Uint8Array][] = [
  ["nothing", new Uint8Array()],
  ["a page of HTML", html],
  ["a GIF", new TextEncoder().encode("GIF89a\x01\x00\x01\x00")],
  ["a JPEG for printers, in YCCK", ycck],
  ["one in CMYK", cmyk],
  ["an animation", pictureFile("animated.webp")],
  ["a JPEG's first bytes", pictureFile("subsampled.jpg").subarray(0, 100)],
  ...[RGB, pictureFile("lossless.webp"), grayJpeg(640, 480)]
    .map((file): [string, Uint8Array] => ["half", cut(file)]),
  ["a PNG that lacks rows", pngFile({ type: 2, height: 4000 }, rgb)],
  ["a PNG that claims 4 billion columns", pngFile({ type: 2, width: 0xffffffff }, rgb)],
  ["a PNG that claims 16 billion pixels", pngFile({ type: 2, width: 131072, height: 131072 }, rgb)],
  ["a JPEG without columns", grayJpeg(0, 16)],
];

/** A file with bytes turned, a size that lies, a part copied over another, or its end missing. */
export function damaged(file: Uint8Array, next: () => number): Uint8Array {
  const bytes = file.slice();
  const below = (count: number) => Math.floor(next() * count);
  const at = () => below(bytes.length);
  for (let i = 0; i <= below(4); i++) {
    const how = below(5);
    if (how === 0) bytes[at()]! ^= 1 << below(8);
    else if (how === 1) bytes[12 + below(20)] = next() < 0.5 ? 0xff : below(256);
    else if (how === 2) return bytes.subarray(0, at());
    else if (how === 3) bytes.copyWithin(at(), at(), at());
    else {
      const marker = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1]! >> 2 === 0x30);
      bytes[(marker < 0 ? 12 : marker) + below(20)] = below(256);
    }
  }
  return bytes;
}
