import { assertEquals } from "@std/assert";
import { illustrations } from "./support/boards.ts";
import { imageSize } from "../../supabase/functions/_board/paint/image_size.ts";
import { RGB } from "./support/picture_kinds.ts";
import { plainJpeg } from "./support/plain_jpeg.ts";

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));
const webp = (kind: string, rest: number[]) =>
  new Uint8Array([...ascii("RIFF"), 0, 0, 0, 0, ...ascii(`WEBP${kind}`), 0, 0, 0, 0, ...rest]);

Deno.test("an image's size is read from its first bytes: JPEG, PNG, and WebP's three kinds", async () => {
  assertEquals(imageSize(await plainJpeg("#ff0000", 320, 200)), { width: 320, height: 200 });
  assertEquals(imageSize(RGB), { width: 24, height: 16 });
  const [illustration] = illustrations.values();
  assertEquals(imageSize(illustration!), { width: 256, height: 256 });
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

Deno.test("a small size after a marker without a length does not hide a JPEG's own", async () => {
  const large = await plainJpeg("#ff0000", 320, 200);
  const small = await plainJpeg("#ff0000", 8, 8);
  for (const marker of [0x00, 0x01, 0x7f, 0xd0, 0xd7, 0xd8, 0xd9, 0xda]) {
    // as if the large picture's headers were the marker's segment
    const head = [0xff, 0xd8, 0xff, marker];
    const length = 2 + large.length;
    const bytes = [
      ...head,
      length >> 8,
      length & 255,
      ...large.subarray(2),
      0,
      0,
      ...small.subarray(2),
    ];
    assertEquals(imageSize(new Uint8Array(bytes)), null, `${marker}`);
  }
});
