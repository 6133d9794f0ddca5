import { KIN } from "./kin.ts";
import { PICTURES } from "./themes.ts";

/**
 * An emoji without skin tone and variation selector, a man's or woman's trade as anybody's ("🧑‍🎓"). A sign
 * of gender at its end is left to `pictureFor`, for which the first part decides.
 */
export function plainEmoji(emoji: string): string {
  return emoji.replace(/[\p{Emoji_Modifier}\uFE0E\uFE0F]/gu, "")
    .replace(/^[👨👩](?=\u200D(?![❤👨👩👦👧]))/u, "🧑");
}

let nearest: Map<string, string> | undefined;

/** By plain emoji: itself where it is embedded, else its kin. */
function table(): Map<string, string> {
  if (nearest) return nearest;
  nearest = new Map(PICTURES.map((picture) => [plainEmoji(picture), picture]));
  for (const line of KIN.trim().split("\n")) {
    const [picture = "", kin = ""] = line.split(" ");
    for (
      const [one] of kin.matchAll(/\p{Extended_Pictographic}(?:\u200D\p{Extended_Pictographic})*/gu)
    ) {
      if (!nearest.has(one)) nearest.set(one, picture);
    }
  }
  return nearest;
}

/**
 * The embedded picture for an emoji that somebody typed: itself, or what comes nearest. A flag that we
 * have not means a journey; people in a row are a family, with a heart between them a couple; of any other
 * sequence the first part that we know decides. `undefined` for what is no emoji we know.
 */
export function pictureFor(emoji: string): string | undefined {
  const plain = plainEmoji(emoji);
  const found = table().get(plain);
  if (found) return found;
  if (plain.startsWith("🏴\u{E0067}\u{E0062}")) return "🇬🇧"; // England, Scotland, Wales
  if (/^\p{RI}\p{RI}$/u.test(plain)) return "✈️";
  const parts = plain.split("\u200D");
  if (parts.includes("❤")) return "❤️";
  if (parts.filter((part) => /[👨👩👦👧🧑🧒]/u.test(part)).length > 1) return "👨‍👩‍👧‍👦";
  return parts.map((part) => table().get(part)).find((picture) => picture !== undefined);
}
