import { ILLUSTRATIONS } from "../../supabase/functions/_board/choose/topics.ts";
import { decodePicture } from "../../supabase/functions/_board/engine/decode.ts";
import type { Illustration } from "../../supabase/functions/_board/paint/illustration_group.ts";
import { dataModule, type Files, hashedName, hashOf, read } from "./asset_module.ts";

/**
 * The illustrations of all topics: one file for the bucket, and where each is in it. One, as the CLI would
 * upload hundreds one by one; the function reads the parts that a board needs.
 */
export async function embedIllustrations(): Promise<Files> {
  const pictures = ILLUSTRATIONS.map(fluent);
  const bytes = new Uint8Array(await new Blob(pictures).arrayBuffer());
  const file = hashedName("illustrations.bin", bytes);
  const illustrations: Record<string, Illustration> = {};
  let from = 0;
  for (const [i, emoji] of ILLUSTRATIONS.entries()) {
    const picture = pictures[i]!;
    const [box, tint] = look((await decodePicture(picture)).rgba);
    const part = [from, from += picture.length] as const;
    illustrations[emoji] = { file, part, hash: hashOf(picture), box, tint };
  }
  return [[file, bytes], ...dataModule("illustrations", illustrations)];
}

/** The Fluent 3D picture of an emoji; the package names files with and without U+FE0F. */
function fluent(emoji: string): Uint8Array<ArrayBuffer> {
  const name = (text: string) => [...text].map((c) => c.codePointAt(0)?.toString(16)).join("-");
  for (const text of [emoji, emoji.replaceAll("\uFE0F", ""), emoji + "\uFE0F"]) {
    try {
      return read(`@lobehub/fluent-emoji-3d/assets/${name(text)}.webp`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`There is no Fluent 3D picture of ${emoji} (${name(emoji)}).`);
}

/** Where an image's visible pixels are (left, top, width, height of 256), and its mean lively colour. */
function look(rgba: Uint8Array): [box: Illustration["box"], tint: string] {
  let [left, top, right, bottom, total] = [256, 256, 0, 0, 0];
  const sum = [0, 0, 0];
  for (let i = 0; i < 256 * 256; i++) {
    const [r = 0, g = 0, b = 0, alpha = 0] = rgba.subarray(i * 4, i * 4 + 4);
    if (alpha < 24) continue;
    const [x, y] = [i % 256, i >> 8];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    const vivid = (Math.max(r, g, b) - Math.min(r, g, b) + 8) * alpha; // grey says little
    total += vivid;
    [r, g, b].forEach((value, channel) => sum[channel] = (sum[channel] ?? 0) + value * vivid);
  }
  const hex = sum.map((value) => Math.round(value / total).toString(16).padStart(2, "0"));
  return [[left, top, right - left + 1, bottom - top + 1], `#${hex.join("")}`];
}
