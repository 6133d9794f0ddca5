/** Pictures from outside: every kind of file in its colours, and no harm from damaged ones. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodePicture } from "../../supabase/functions/_board/engine/decode.ts";
import { drawBoard, imageSize } from "../../supabase/functions/_board/mod.ts";
import { composeBoard } from "../../supabase/functions/_board/paint/compose.ts";
import { decodePhotos } from "../../supabase/functions/_board/paint/photo_tile.ts";
import { many, random } from "../support/campaign.ts";
import { board, illustrations, sameBytes } from "./support/boards.ts";
import { decodeElsewhere } from "./support/decode_elsewhere.ts";
import { cut, damaged, KINDS, NONE, RGB, rgb } from "./support/picture_kinds.ts";
import {
  grayJpeg,
  jpegFile,
  pictureFile,
  pngFile,
  QUARTERS,
  wrongPixels,
} from "./support/pictures.ts";
import { plainJpeg } from "./support/plain_jpeg.ts";

const ERRORS = ["This is no JPEG, PNG or WebP.", "This picture cannot be read."];
const photo = (bytes: Uint8Array) => ({ bytes, credit: null });
for (const [what, bytes, quarters, tolerance] of KINDS) {
  Deno.test(`${what} has its pixels, and its file says its size`, async () => {
    const picture = await decodePicture(bytes);
    assertEquals([picture.width, picture.height], [24, 16]);
    assertEquals(imageSize(bytes), { width: 24, height: 16 });
    assertEquals(wrongPixels(picture, quarters, tolerance), "");
  });
}

Deno.test("a JPEG stands upright, however its EXIF says the camera was held", async () => {
  // which quarter is seen upper left, upper right, lower left and lower right
  const turns = ["0123", "1032", "3210", "2301", "0213", "2031", "3120", "1302"];
  for (const [i, seen] of turns.entries()) {
    for (const [part, little] of [[1, false], [1, true], [0.5, false]] as const) {
      const [width = 0, height = 0] = (i < 4 ? [24, 16] : [16, 24]).map((side) => side * part);
      const picture = await decodePicture(await jpegFile(i + 1, little), { width, height });
      assertEquals([picture.width, picture.height], [width, height], `${i + 1}`);
      const quarters = [...seen].map((at) => QUARTERS[Number(at)]!);
      assertEquals(wrongPixels(picture, quarters, 4), "", `${i + 1}`);
    }
  }
});

Deno.test("what is no picture is an error of ours, and the next picture is decoded", async () => {
  for (const [what, bytes] of NONE) {
    const error = await decodePicture(bytes).catch((error) => error);
    assert(error instanceof Error && ERRORS.includes(error.message), `${what}: ${error}`);
    for (const file of [await jpegFile(), RGB, pictureFile("lossless.webp")]) {
      assertEquals(wrongPixels(await decodePicture(file), QUARTERS, 4), "", `after ${what}`);
    }
  }
});

Deno.test("a JPEG is decoded to as many eighths of its size as are needed", async () => {
  const jpeg = grayJpeg(1000, 601);
  for (
    const [needed, decoded] of [
      [[500, 300], [500, 301]],
      [[501, 20], [625, 376]],
      [[1, 400], [750, 451]],
      [[1, 1], [125, 76]],
      [[1500, 1500], [1000, 601]],
    ]
  ) {
    const [width, height] = needed as [number, number];
    const picture = await decodePicture(jpeg, { width, height });
    assertEquals([picture.width, picture.height], decoded);
    assertEquals(wrongPixels(picture, Array(4).fill([128, 128, 128, 255])), "");
  }
});

Deno.test("a JPEG of more than 16 million pixels or 100 scans is refused", async () => {
  await assertRejects(() => decodePicture(grayJpeg(4001, 4000)), Error, "cannot be read");
  const scans = [...Array(63).keys()].map((i) => [i + 1, i + 1, 0, 1] as const);
  const file = (refined: number) =>
    grayJpeg(160, 160, [
      [0, 0, 0, 0],
      ...scans,
      ...scans.slice(0, refined).map(([at]) => [at, at, 1, 0] as const),
    ]);
  assertEquals((await decodePicture(file(36))).width, 160);
  await assertRejects(() => decodePicture(file(37)), Error, "cannot be read");
});

/** How many codecs start meanwhile. */
async function starts(work: () => Promise<unknown>): Promise<number> {
  const { Instance } = WebAssembly;
  let count = 0;
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      count++;
    }
  };
  await work().finally(() => WebAssembly.Instance = Instance);
  return count;
}

Deno.test("a decoder is kept, unless a picture broke it or made its memory large", async () => {
  const huge = pngFile({ type: 2, width: 4000, height: 4000 }, rgb);
  const large = grayJpeg(4000, 3000);
  for (const [good, bad] of [[await jpegFile(), large], [RGB, cut(RGB)], [RGB, huge]] as const) {
    const decode = () => decodePicture(good);
    await decode();
    assertEquals(await starts(decode), 0);
    const breakIt = () => decodePicture(bad).catch(() => {});
    await breakIt();
    assertEquals([await starts(decode), await starts(decode)], [1, 0]);
    assertEquals(await starts(() => Promise.all([breakIt(), decode()])), 1);
  }
});

Deno.test("a decoder that could not start is started for the next picture", async () => {
  await decodePicture(cut(RGB)).catch(() => {}); // breaks the one there is
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module) {
      super(module);
      throw new RangeError("Out of memory");
    }
  };
  await assertRejects(() => decodePicture(RGB), Error, "does not start")
    .finally(() => WebAssembly.Instance = Instance);
  assertEquals(wrongPixels(await decodePicture(RGB), QUARTERS), "");
});

Deno.test("pictures decoded at once get their own pixels, also beside broken ones", async () => {
  const files = [...KINDS, ...NONE, ...KINDS];
  const decoded = await Promise.all(
    files.map(([, bytes]) => decodePicture(bytes).catch(() => null)),
  );
  for (const [i, [what, , quarters, tolerance]] of [...KINDS.entries()]) {
    for (const picture of [decoded[i], decoded[i + KINDS.length + NONE.length]]) {
      assertEquals(wrongPixels(picture!, quarters, tolerance), "", what);
    }
  }
  assertEquals(decoded.filter((picture) => !picture).length, NONE.length);
});

Deno.test("damaged photographs are left out, and the others stay", async () => {
  const small = await plainJpeg("#ff0000", 16, 15);
  const files = [RGB, cut(RGB), new Uint8Array(), small, await jpegFile(8)];
  const decoded = await decodePhotos([...files.map(photo), null]);
  const sizes = decoded.map((picture) => picture && [picture.width, picture.height]);
  assertEquals(sizes, [[24, 16], null, null, null, [16, 24], null]);
});

Deno.test("a photograph is kept as small as leaves what its tile needs", async () => {
  for (const [needed, kept] of [[24, 24], [13, 24], [12, 12], [7, 12], [6, 6]] as const) {
    const [picture] = await decodePhotos([photo(RGB)], [{ width: needed, height: 4 }]);
    assertEquals([picture!.width, picture!.height], [kept, kept * 2 / 3]);
    assertEquals(wrongPixels(picture!, QUARTERS), "");
  }
});

Deno.test("of a board's photographs the one that passes 16 million pixels is left out", async () => {
  const jpeg = await jpegFile();
  const sized = (width: number, height: number) => photo(grayJpeg(width, height));
  const photos = [
    sized(4000, 3900),
    sized(640, 640),
    photo(jpeg),
    sized(65500, 1000),
    photo(jpeg),
  ];
  const decoded = await decodePhotos(photos);
  assertEquals(decoded.map((picture) => picture?.width ?? null), [4000, null, 24, null, 24]);
  // the file's own pixels count, however few are needed
  const small = await decodePhotos(photos, photos.map(() => ({ width: 1, height: 1 })));
  assertEquals(small.map((picture) => picture?.width ?? null), [1, null, 1, null, 1]);
  const whole = await decodePhotos([sized(4001, 4000), sized(4000, 4000), photo(jpeg)]);
  assertEquals(whole.map((picture) => picture?.width ?? null), [null, 4000, null]);
  // what could not be decoded counts for nothing
  const png = photo(pngFile({ type: 2, width: 4000, height: 3900 }, rgb));
  assertEquals((await decodePhotos([png, sized(640, 640)])).map((one) => one?.width), [
    undefined,
    640,
  ]);
});

Deno.test("a board decodes no more of a photograph than its tile shows", async () => {
  for (const [size, decoded] of [["screen", [768, 512]], ["print", [1024, 1024]]] as const) {
    const photos = [photo(grayJpeg(1024, 1024)), photo(grayJpeg(1024, 1024))];
    const { nodes } = await composeBoard(board(["Run", "Swim", "Read", "Sing"], { photos, size }));
    const widths: number[] = [];
    JSON.stringify(nodes, (key, value) => {
      if (key === "picture" && widths.length < 2) widths.push(value.width);
      return key === "rgba" ? [] : value;
    });
    assertEquals(widths, [...decoded], size);
  }
});

Deno.test("a goal whose photograph is damaged is illustrated, and the board counts it", async () => {
  const goals = ["Learn to swim", "Run a marathon", "Read more"];
  const [good, bad] = [await plainJpeg("#808080"), cut(RGB)];
  const input = board(goals, {
    photos: [photo(bad), { bytes: good, credit: "Ava / Pexels" }, null],
  });
  const { tiles, unreadable } = await composeBoard(input);
  assertEquals(tiles.map((tile) => "credit" in tile), [false, true, false]);
  assertEquals(unreadable, 1);
  const drawn = await drawBoard(input);
  assertEquals([imageSize(drawn.bytes), drawn.unreadable], [{ width: 1080, height: 1350 }, 1]);
  const same = await drawBoard({ ...input, photos: [null, ...input.photos!.slice(1)] });
  assertEquals([sameBytes(same.bytes, drawn.bytes), same.unreadable], [true, 0]);
});

Deno.test("a damaged file is a picture of the size it says or an error, silently", async () => {
  const next = random("damaged pictures");
  const sound = [...KINDS, ...NONE].map(([, bytes]) => bytes).filter(({ length }) => length > 40);
  const files = Array.from(
    { length: many(60, 2_000) },
    (_, i) => damaged(sound[i % sound.length]!, next),
  )
    .filter((file) => {
      const { width, height } = imageSize(file) ?? { width: Infinity, height: 1 };
      return width * height <= 16e6; // others are not given to a decoder
    });
  const { decoded } = await decodeElsewhere([...files, ...KINDS.map(([, bytes]) => bytes)]);
  for (const [i, file] of files.entries()) {
    const { width, height } = imageSize(file) ?? {};
    const fine = [`${width} ${height}`, `${height} ${width}`, ...ERRORS];
    assert(fine.includes(decoded[i]!), `${decoded[i]}: ${file.toBase64()}`);
  }
  assertEquals(decoded.slice(files.length), KINDS.map(() => "24 16"));
});

Deno.test("of many pictures, however large, the memory of a decoder is left", async () => {
  const large = grayJpeg(4000, 3000);
  const files = [...illustrations.values(), ...illustrations.values()].slice(0, 300);
  const { decoded, megabytes } = await decodeElsewhere([
    ...Array(many(3, 10)).fill(large),
    ...files,
  ]);
  assert(decoded.every((size) => /^4000 3000$|^256 /.test(size)));
  assert(megabytes > 0 && megabytes < 2 * 24, `${megabytes} MB`);
});
