/** Pictures from outside: their size, what is decoded, and what is refused. */
import { crc32, deflateSync } from "node:zlib";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodePicture, type Picture } from "../../supabase/functions/_board/engine/decode.ts";
import { startPainter } from "../../supabase/functions/_board/engine/painter.ts";
import { fromBase64 } from "../../supabase/functions/_board/engine/unpack.ts";
import { composeBoard } from "../../supabase/functions/_board/paint/compose.ts";
import { loadIllustrations } from "../../supabase/functions/_board/paint/illustration_group.ts";
import { imageSize } from "../../supabase/functions/_board/paint/image_size.ts";
import { decodePhotos } from "../../supabase/functions/_board/paint/photo_tile.ts";
import { many, random } from "../support/campaign.ts";
import { board } from "./support/boards.ts";
import { plainJpeg } from "./support/plain_jpeg.ts";

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));
const webp = (kind: string, rest: number[]) =>
  new Uint8Array([...ascii("RIFF"), 0, 0, 0, 0, ...ascii(`WEBP${kind}`), 0, 0, 0, 0, ...rest]);

/** A PNG of rows of samples. `color`: 0 grey, 2 RGB, 3 with the palette, 6 RGBA. */
function png(
  width: number,
  rows: readonly (readonly number[])[],
  { color = 2, depth = 8, palette = [] }: { color?: number; depth?: number; palette?: number[] },
): Uint8Array {
  const chunk = (name: string, data: Uint8Array) => {
    const body = new Uint8Array([...ascii(name), ...data]);
    const numbers = new DataView(new ArrayBuffer(8));
    numbers.setUint32(0, data.length);
    numbers.setUint32(4, crc32(body));
    const [length, sum] = [numbers.buffer.slice(0, 4), numbers.buffer.slice(4)];
    return [...new Uint8Array(length), ...body, ...new Uint8Array(sum)];
  };
  const head = new Uint8Array([0, 0, 0, width, 0, 0, 0, rows.length, depth, color, 0, 0, 0]);
  return new Uint8Array([
    ...[0x89, ...ascii("PNG\r\n\x1a\n")],
    ...chunk("IHDR", head),
    ...(palette.length > 0 ? chunk("PLTE", new Uint8Array(palette)) : []),
    ...chunk("IDAT", deflateSync(new Uint8Array(rows.flatMap((row) => [0, ...row])))),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

/** A JPEG of 32 by 16 pixels: red at the upper left, green at the right of it, below blue and white. */
async function fourColors(): Promise<Uint8Array> {
  const painter = await startPainter();
  painter.begin(32, 16);
  for (const [i, color] of [0xff0000, 0x00ff00, 0x0000ff, 0xffffff].entries()) {
    const [x0, y0] = [i % 2 * 16, i >> 1 << 3];
    painter.linear({ x0, y0, x1: x0 + 16, y1: y0 + 8 }, [0, 0, 0], color, color);
  }
  return painter.jpeg(95);
}

/** A JPEG that says in its EXIF how the camera was held. */
function held(jpeg: Uint8Array, orientation: number): Uint8Array {
  const tiff = [...ascii("MM"), 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1];
  const exif = [...ascii("Exif"), 0, 0, ...tiff, 0, orientation, 0, 0, 0, 0, 0, 0];
  return new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif, ...jpeg.slice(2)]);
}

/** The colours of a picture's corners, in letters: upper left, upper right, lower left, lower right. */
const corners = ({ width, height, rgba }: Picture) =>
  [[3, 3], [width - 4, 3], [3, height - 4], [width - 4, height - 4]].map(([x = 0, y = 0]) => {
    const [r = 0, g = 0, b = 0] = rgba.subarray((y * width + x) * 4);
    return ["k", "r", "g", "y", "b", "m", "c", "w"][(r >> 7) + 2 * (g >> 7) + 4 * (b >> 7)];
  }).join("");

Deno.test("an image's size is read from its first bytes: JPEG, PNG, and WebP's three kinds", async () => {
  assertEquals(imageSize(await plainJpeg("#ff0000", 320, 200)), { width: 320, height: 200 });
  assertEquals(imageSize(png(40, [[]], {})), { width: 40, height: 1 });
  const [illustration] = Object.values(await loadIllustrations());
  assertEquals(imageSize(fromBase64(illustration!.data)), { width: 256, height: 256 });
  const lossy = webp("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x04, 0x00, 0x03]);
  assertEquals(imageSize(lossy), { width: 1024, height: 768 });
  const lossless = webp("VP8L", [0x2f, 0x3f, 0xc0, 0x04, 0x00, 0, 0, 0, 0, 0]);
  assertEquals(imageSize(lossless), { width: 64, height: 20 });
  const extended = webp("VP8X", [0, 0, 0, 0, 0xff, 0x03, 0x00, 0xff, 0x02, 0x00]);
  assertEquals(imageSize(extended), { width: 1024, height: 768 });
});

Deno.test("what is no image, or ends before its size, has none", async () => {
  const jpeg = await plainJpeg("#ff0000", 320, 200);
  for (
    const bytes of [
      [],
      ascii("<html><body>quota exceeded</body></html>"),
      ascii("GIF89a\x01\x00\x01\x00"),
      [0xff, 0xd8, 0xff, 0xff, 0xff],
      jpeg.subarray(0, 20),
      ascii("\x89PNG\r\n"),
      webp("VP9 ", [0, 0, 0, 0]),
    ]
  ) assertEquals(imageSize(new Uint8Array(bytes)), null);
});

Deno.test("a JPEG is decoded upright, however the camera was held", async () => {
  const jpeg = await fourColors();
  const upright = ["rgbw", "rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"];
  for (const [orientation, expected] of upright.entries()) {
    const picture = await decodePicture(orientation === 0 ? jpeg : held(jpeg, orientation));
    assertEquals(picture.width, orientation < 5 ? 32 : 16);
    assertEquals(corners(picture), expected, `orientation ${orientation}`);
  }
});

Deno.test("PNGs of every kind are decoded to the colours that they mean", async () => {
  const pixels = async (...file: Parameters<typeof png>) => [
    ...(await decodePicture(png(...file))).rgba,
  ];
  assertEquals(await pixels(2, [[1, 2, 3, 4, 5, 6]], {}), [1, 2, 3, 255, 4, 5, 6, 255]);
  assertEquals(await pixels(1, [[9, 8, 7, 6]], { color: 6 }), [9, 8, 7, 6]);
  assertEquals(await pixels(1, [[77]], { color: 0 }), [77, 77, 77, 255]);
  assertEquals(await pixels(1, [[0xff, 1, 0x80, 2, 0, 3]], { depth: 16 }), [0xff, 0x80, 0, 255]);
  const palette = [10, 20, 30, 40, 50, 60];
  assertEquals(await pixels(1, [[0x80]], { color: 3, depth: 1, palette }), [40, 50, 60, 255]);
});

Deno.test("illustrations have their transparency", async () => {
  for (const { data } of Object.values(await loadIllustrations()).slice(0, 5)) {
    const { width, height, rgba } = await decodePicture(fromBase64(data));
    assertEquals([width, height, rgba.length], [256, 256, 256 * 256 * 4]);
    assertEquals(rgba[3], 0, "the corner");
    assert(rgba.some((value, i) => i % 4 === 3 && value === 255));
  }
});

Deno.test("damaged pictures are errors or pictures of their size, and harm none after them", async () => {
  const [illustration] = Object.values(await loadIllustrations());
  const good = [
    await fourColors(),
    png(2, [[1, 2, 3, 4, 5, 6]], {}),
    fromBase64(illustration!.data),
  ];
  for (let i = 0; i < many(60, 2_000); i++) {
    const next = random("damage", i);
    const whole = good[i % good.length]!;
    const bytes = whole.slice(0, next() < 0.3 ? Math.floor(next() * whole.length) : whole.length);
    for (let k = 0; k < next() * 8; k++) {
      bytes[12 + Math.floor(next() * (bytes.length - 12))] = Math.floor(next() * 256);
    }
    const size = imageSize(bytes);
    if (size && size.width * size.height > 1e6) continue; // refused before it is decoded
    const decoded = await decodePicture(bytes).catch((error) => error);
    if (decoded instanceof Error) continue;
    assertEquals(decoded.rgba.length, decoded.width * decoded.height * 4, `damage ${i}`);
  }
  assertEquals(corners(await decodePicture(good[0]!)), "rgbw");
  assertEquals((await decodePicture(good[1]!)).width, 2);
  assertEquals((await decodePicture(good[2]!)).width, 256);
});

Deno.test("pictures that are decoded at the same time do not mix", async () => {
  const jpeg = await fourColors();
  const files = [jpeg, jpeg.slice(0, 40), held(jpeg, 3), new Uint8Array(ascii("<html>")), jpeg];
  const pictures = await Promise.allSettled(files.map(decodePicture));
  const told = pictures.map((one) => one.status === "fulfilled" ? corners(one.value) : "error");
  assertEquals(told, ["rgbw", "error", "wbgr", "error", "rgbw"]);
  await assertRejects(() => decodePicture(files[1]!), Error, "cannot be read");
});

Deno.test("a photograph that claims too many pixels, or is none, costs its goal the photograph", async () => {
  const jpeg = await plainJpeg("#ff0000", 320, 200);
  const bomb = jpeg.slice();
  const at = bomb.findIndex((byte, i) => byte === 0xff && bomb[i + 1] === 0xc0);
  bomb.set([0xff, 0xff, 0xff, 0xff], at + 5); // 65535 by 65535
  assertEquals(imageSize(bomb), { width: 65535, height: 65535 });
  const photo = (bytes: Uint8Array) => ({ bytes, credit: null });
  const photos = [photo(bomb), photo(jpeg), null, photo(new Uint8Array(ascii("<html>")))];
  assertEquals((await decodePhotos(photos)).map((one) => one?.width), [
    undefined,
    320,
    undefined,
    undefined,
  ]);
  const { tiles } = await composeBoard(board(["Run", "Swim", "Rest", "Read"], { photos }));
  assertEquals(tiles.map((tile) => "top" in tile), [false, true, false, false]);
});

Deno.test("the photographs of a board have 16 million pixels together, no more", async () => {
  const large = { bytes: await plainJpeg("#ffffff", 3000, 2000), credit: null };
  const decoded = await decodePhotos([large, large, large, large]);
  assertEquals(decoded.map((one) => one !== null), [true, true, false, false]);
});
