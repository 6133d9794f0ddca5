import { SUBSTITUTES_TABLE } from "../assets/tables.ts";
import { ILLUSTRATIONS } from "./topics.ts";

/**
 * An emoji without skin tone and variation selector, a man's or woman's trade as anybody's ("🧑‍🎓"). A sign
 * of gender at its end is left to `nearestIllustration`, for which the first part decides.
 */
export function plainEmoji(emoji: string): string {
  return emoji.replace(/[\p{Emoji_Modifier}\uFE0E\uFE0F]/gu, "")
    .replace(/^[👨👩](?=\u200D(?![❤👨👩👦👧]))/u, "🧑");
}

/**
 * The reviewed rows of tools/board-assets/tables/substitutes.txt: an illustration, and the emoji that it
 * stands in for, spelled as `plainEmoji` does. A test asks for every emoji that Unicode recommends.
 */
export function substitutes(): [illustration: string, emoji: string[]][] {
  return SUBSTITUTES_TABLE.trim().split("\n").map((row) => {
    const [illustration = "", emoji = ""] = row.split(" ");
    return [
      illustration,
      emoji.match(/\p{Extended_Pictographic}(?:\u200D\p{Extended_Pictographic})*/gu) ?? [],
    ];
  });
}

let nearest: Map<string, string> | undefined;

/** By plain emoji: itself where it is embedded, else what the table has for it. */
function nearestByEmoji(): Map<string, string> {
  if (nearest) return nearest;
  nearest = new Map(ILLUSTRATIONS.map((one) => [plainEmoji(one), one]));
  for (const [illustration, others] of substitutes()) {
    for (const emoji of others) if (!nearest.has(emoji)) nearest.set(emoji, illustration);
  }
  return nearest;
}

/**
 * The illustration for an emoji that somebody typed: itself, or what comes nearest. A flag that we
 * have not means a journey; people in a row are a family, with a heart between them a couple; of any other
 * sequence the first part that we know decides. `undefined` for what is no emoji we know.
 */
export function nearestIllustration(emoji: string): string | undefined {
  const plain = plainEmoji(emoji);
  const found = nearestByEmoji().get(plain);
  if (found) return found;
  if (plain.startsWith("🏴\u{E0067}\u{E0062}")) return "🇬🇧"; // England, Scotland, Wales
  if (/^\p{RI}\p{RI}$/u.test(plain)) return "✈️";
  const parts = plain.split("\u200D");
  if (parts.includes("❤")) return "❤️";
  if (parts.filter((part) => /[👨👩👦👧🧑🧒]/u.test(part)).length > 1) return "👨‍👩‍👧‍👦";
  return parts.map((part) => nearestByEmoji().get(part)).find((one) => one !== undefined);
}
