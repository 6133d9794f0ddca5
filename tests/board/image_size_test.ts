import { assertEquals } from "@std/assert";
import { imageSize } from "../../supabase/functions/_board/paint/image_size.ts";
import { isDrawable } from "../../supabase/functions/_board/paint/photo_tile.ts";
import { startEngine } from "../../supabase/functions/_board/engine/engine.ts";
import { fromBase64 } from "../../supabase/functions/_board/engine/unpack.ts";
import { loadIllustrations } from "../../supabase/functions/_board/paint/illustration_group.ts";
import { plainJpeg } from "./support/plain_jpeg.ts";

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));
const webp = (kind: string, rest: number[]) =>
  new Uint8Array([...ascii("RIFF"), 0, 0, 0, 0, ...ascii(`WEBP${kind}`), 0, 0, 0, 0, ...rest]);

Deno.test("an image's size is read from its first bytes: JPEG, PNG, and WebP's three kinds", async () => {
  assertEquals(imageSize(await plainJpeg("#ff0000", 320, 200)), { width: 320, height: 200 });
  const renderer = await startEngine();
  const box = { type: "container", style: { width: 40, height: 30 } } as const;
  const png = await renderer.render(box, { width: 40, height: 30, format: "png", images: [] });
  assertEquals(imageSize(png), { width: 40, height: 30 });
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

Deno.test("a photograph that claims more pixels than memory holds is not given to the engine", async () => {
  const photo = (bytes: Uint8Array) => isDrawable({ bytes, credit: null });
  const jpeg = await plainJpeg("#ff0000", 320, 200);
  assertEquals(photo(jpeg), true);
  const bomb = jpeg.slice();
  const at = bomb.findIndex((byte, i) => byte === 0xff && bomb[i + 1] === 0xc0);
  bomb.set([0xff, 0xff, 0xff, 0xff], at + 5); // 65535 by 65535
  assertEquals(imageSize(bomb), { width: 65535, height: 65535 });
  assertEquals(photo(bomb), false);
  assertEquals(photo(new Uint8Array(ascii("<html>"))), false);
});
