/** Whether text can be read: measured over the pixels of boards, not computed from the palette. */
import { assertEquals } from "@std/assert";
import { type BoardInput, composeBoard } from "../../supabase/functions/_board/paint/compose.ts";
import { WIDTH } from "../../supabase/functions/_board/paint/board_size.ts";
import type { Node } from "../../supabase/functions/_board/paint/nodes.ts";
import { standInPhotos } from "../../tools/commands/lib/stand_in_photos.ts";
import { many, random } from "../support/campaign.ts";
import { plainJpeg } from "./support/plain_jpeg.ts";
import { illustrations, pixelsOf } from "./support/boards.ts";

const GOALS = [
  "Run a marathon in under four hours",
  "Sleep",
  "Save 10 000 € for a house",
  "Finish the extraordinarily long dissertation about the history of captains on the Danube",
  "Grow a balcony garden",
  "Выучить английский",
  "Dance 💃",
  "Spend every Sunday with family and call my grandmother, who lives far away, once a week",
  "Donaudampfschifffahrtsgesellschaftskapitän",
  "Be kind",
];

/** The brightest, the darkest, and what photographs are like. */
const photographs = [
  await plainJpeg("#ffffff"),
  await plainJpeg("#000000"),
  ...await standInPhotos(6),
];

function randomBoard(index: number): BoardInput {
  const next = random("contrast", index);
  const of = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const goals = Array.from({ length: 1 + index % 12 }, () => of(GOALS));
  const withPhotos = index % 3 === 2;
  return {
    goals,
    name: of(["Ava", null, "Maximiliana-Aurélie von Hohenzollern", "Ольга"]),
    rank_tag: of(["@ava", null, "Grandmaster of everything"]),
    theme: of(["light", "dark"] as const),
    date: new Date("2026-11-23"),
    assets: illustrations,
    photos: goals.map(() =>
      withPhotos && next() < 0.8
        ? { bytes: of(photographs), credit: of(["Jane Doe / Pexels", null]) }
        : null
    ),
  };
}

/** The nodes that are texts, or those that are none; cards stay, without a shadow where only text does. */
const only = (nodes: readonly Node[], texts: boolean): Node[] =>
  nodes.flatMap((node): Node[] => {
    if (node.type !== "card") return (node.type === "text") === texts ? [node] : [];
    const shadow = texts ? { ...node.shadow, alpha: 0 } : node.shadow;
    return [{ ...node, shadow, nodes: only(node.nodes, texts) }];
  });

const luminances = Float64Array.from({ length: 256 }, (_, value) => {
  const s = value / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
});
const luminance = (rgba: Uint8Array, at: number) =>
  0.2126 * luminances[rgba[at]!]! + 0.7152 * luminances[rgba[at + 1]!]! +
  0.0722 * luminances[rgba[at + 2]!]!;

/** The least contrast of any pixel that a letter covers with what is drawn there without the letter. */
async function leastContrast(
  input: BoardInput,
): Promise<{ contrast: number; x: number; y: number }> {
  const { nodes } = await composeBoard(input);
  const behind = await pixelsOf(only(nodes, false));
  const letters = await pixelsOf(only(nodes, true));
  let least = { contrast: 21, x: 0, y: 0 };
  for (let at = 0; at < letters.length; at += 4) {
    if (letters[at + 3]! < 250) continue;
    const [a, b] = [luminance(letters, at), luminance(behind, at)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < least.contrast) {
      least = { contrast, x: at / 4 % WIDTH, y: Math.floor(at / 4 / WIDTH) };
    }
  }
  return least;
}

Deno.test("every letter has a contrast of 4.5:1 and more with what is behind it", async () => {
  const poor: string[] = [];
  for (let index = 0; index < many(8, 500); index++) {
    const input = randomBoard(index);
    const { contrast, x, y } = await leastContrast(input);
    if (contrast < 4.5) {
      poor.push(
        `board ${index} (${input.theme}, ${input.goals.length} goals): ${
          contrast.toFixed(2)
        } at ${x}, ${y}`,
      );
    }
  }
  assertEquals(poor, []);
});
