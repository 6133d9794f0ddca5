import { assertEquals, assertThrows } from "@std/assert";
import { PictureRefusedError, RetryableError } from "../../supabase/functions/_shared/errors.ts";
import { checkPicture } from "../../supabase/functions/_pictures/requests.ts";
import { jpeg, png, webp } from "./ask_source.ts";

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

Deno.test("a JPEG, PNG or WebP of at most 2048 × 2048 pixels is a picture", () => {
  const pictures = [
    jpeg(1024, 1024),
    png(1024, 1024),
    webp(" ", 26, 0, 4, 0, 4), // lossy, 1024 × 1024
    webp("L", 21, 0xff, 0xc3, 0xff, 0), // lossless, 1024 × 1024
    webp("X", 24, 0xff, 3, 0, 0xff, 3, 0), // extended, 1024 × 1024
    png(2048, 2048),
    // whole ones, 1 × 1
    fromBase64(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    ),
    fromBase64("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA="),
  ];
  for (const bytes of pictures) assertEquals(checkPicture(bytes), bytes);
});

Deno.test("few bytes that claim to be a huge picture are refused", () => {
  const huge = [
    jpeg(65_535, 65_535),
    jpeg(2048, 2049),
    png(100_000, 100_000),
    webp(" ", 26, 0xff, 0x3f, 0xff, 0x3f),
    webp("L", 21, 0xff, 0xff, 0xff, 0x0f),
    webp("X", 24, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  ];
  for (const bytes of huge) assertThrows(() => checkPicture(bytes), PictureRefusedError);
});

Deno.test("other bytes are no picture, and a later attempt may get one", () => {
  const others = [
    new Uint8Array(),
    new Uint8Array(1000),
    new TextEncoder().encode("<!doctype html><title>Sign in to the network</title>".repeat(9)),
    new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    new TextEncoder().encode(`GIF89a${"x".repeat(99)}`),
    jpeg().subarray(0, 24), // ends before its size
    new Uint8Array([0xff, 0xd8, ...new Array(99).fill(0xff)]),
    new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, ...new Array(99).fill(7)]),
    webp("?", 26, 0, 4, 0, 4),
    jpeg(0, 1024),
  ];
  for (const bytes of others) assertThrows(() => checkPicture(bytes), RetryableError);
});
