import { assert, assertEquals } from "@std/assert";
import {
  type BoardInput,
  composeBoard,
  type Composition,
} from "../../supabase/functions/_board/paint/compose.ts";
import type { Rect } from "../../supabase/functions/_board/paint/layout.ts";
import { HEIGHT, WIDTH } from "../../supabase/functions/_board/paint/board_size.ts";
import { drawBoard } from "../../supabase/functions/_board/mod.ts";
import type { Node } from "../../supabase/functions/_board/paint/nodes.ts";
import { shapeLine } from "../../supabase/functions/_board/text/shape_line.ts";
import { many, random } from "../support/campaign.ts";
import { assetsOf, illustrations, pixelsOf, textsOf } from "./support/boards.ts";
import { randomText } from "./support/random_text.ts";

const COUNT = many(12, 2000);

function randomBoard(i: number): BoardInput {
  const next = random("board", i);
  const goals = Array.from({ length: 1 + Math.floor(next() * 12) }, () => randomText(next, 200));
  const name = next() < 0.2 ? null : randomText(next, 80);
  const rank_tag = next() < 0.4 ? null : randomText(next, 40);
  const assets = next() < 0.15 ? illustrations : assetsOf({ goals, name, rank_tag });
  const theme = next() < 0.5 ? "light" : "dark";
  return { goals, name, rank_tag, theme, assets, date: new Date("2026-11-23") };
}

/** Nothing but the texts, not cut at their tiles, those of each node in a colour of its own. */
const onlyText = (nodes: readonly Node[]): Node[] =>
  nodes.flatMap((node, i) => {
    const color = `#${(i * 8).toString(16).padStart(2, "0")}00ff`;
    if (node.type === "text") return [{ ...node, color }];
    if (node.type !== "card") return [];
    const { x, y } = node.rect;
    return textsOf(node.nodes).map((text) => ({ ...text, color, matrix: [1, 0, 0, 1, x, y] }));
  });

const inside = (x: number, y: number, rect: Rect, pad: number) =>
  x >= rect.x + pad && x < rect.x + rect.width - pad && y >= rect.y + pad &&
  y < rect.y + rect.height - pad;

/** Where letters are that should not be: out of their own tile, on the picture, or in the frame on a tile. */
async function strayLetters({ nodes, tiles }: Composition): Promise<string[]> {
  const rgba = await pixelsOf(onlyText(nodes));
  const owners = nodes.map((node) =>
    node.type === "card" ? tiles.findIndex(({ rect }) => rect === node.rect) : -1
  );
  const pictures = tiles.map((tile) =>
    "boxes" in tile
      ? tile.boxes.map((box) => ({ ...box, x: tile.rect.x + box.x, y: tile.rect.y + box.y }))
      : []
  );
  const found = new Set<string>();
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const alpha = rgba[i * 4 + 3] ?? 0;
    if (alpha < 100) continue;
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    // a colour over nothing is over black
    const owner = owners[Math.round((rgba[i * 4] ?? 0) * 255 / alpha / 8)] ?? -1;
    const tile = tiles[owner];
    if (!tile) {
      if (tiles.some(({ rect }) => inside(x, y, rect, 0))) found.add("the frame reaches a tile");
    } else if (!inside(x, y, tile.rect, 3)) found.add(`goal ${owner} leaves its tile`);
    else if (pictures[owner]?.some((box) => inside(x, y, box, 2))) {
      found.add(`goal ${owner} is on its picture`);
    }
  }
  return [...found];
}

Deno.test(`random boards draw without boxes, their letters in their tiles and off the pictures`, async () => {
  for (let i = 0; i < COUNT; i++) {
    const input = randomBoard(i);
    const told = `board ${i}: ${JSON.stringify({ ...input, assets: input.assets.size })}`;
    const board = await composeBoard(input);
    assert((await drawBoard(input)).bytes.length > 50_000, told);
    for (const { text, face } of textsOf(board.nodes)) {
      // glyph 0 is the box that a font draws for what it lacks
      assert(
        shapeLine(text, face, board.fonts).glyphs.every(({ id }) => id !== 0),
        `A box on ${told}`,
      );
    }
    assertEquals(await strayLetters(board), [], told);
  }
});
