import { type BoardInput, composeBoard } from "../../../supabase/functions/_board/paint/compose.ts";
import { HEIGHT, WIDTH } from "../../../supabase/functions/_board/paint/board_size.ts";
import { startPainter } from "../../../supabase/functions/_board/engine/painter.ts";
import type { Node, TextNode } from "../../../supabase/functions/_board/paint/nodes.ts";
import { paintNodes } from "../../../supabase/functions/_board/paint/paint_nodes.ts";
import type { Pack } from "../../../supabase/functions/_board/text/font_families.ts";
import {
  PACK_FILES,
  packsFor,
  type Texts,
} from "../../../supabase/functions/_board/text/font_packs.ts";
import { loadFonts } from "../../../supabase/functions/_board/text/fonts.ts";
import {
  type DrawableText,
  drawableText,
} from "../../../supabase/functions/_board/text/drawable_text.ts";
import type { Words } from "../../../supabase/functions/_board/text/measure.ts";
import type { Assets } from "../../../supabase/functions/_board/engine/asset.ts";
import { ILLUSTRATION_FILES } from "../../../supabase/functions/_board/paint/illustration_group.ts";
import { readAssets } from "../../../tools/commands/lib/read_assets.ts";

/** All illustrations, by hash. */
export const illustrations = readAssets(Object.values(ILLUSTRATION_FILES));

/** A font pack's file, as it is committed. */
export const packFile = (pack: Pack): Uint8Array =>
  readAssets([PACK_FILES[pack]]).get(PACK_FILES[pack].hash)!;

/** All illustrations, and these files of font packs. */
export const assetsWith = (packs: readonly (readonly [Pack, Uint8Array])[]): Assets =>
  new Map([
    ...illustrations,
    ...packs.map(([pack, file]) => [PACK_FILES[pack].hash, file] as const),
  ]);

/** All illustrations, and the packs that a board needs. */
export const assetsOf = (texts: Texts): Assets =>
  assetsWith(packsFor(texts).map((pack) => [pack, packFile(pack)]));

/** A board of these goals, without packs. */
export const board = (goals: readonly string[], more: Partial<BoardInput> = {}): BoardInput => ({
  goals,
  theme: "light",
  date: new Date("2026-11-23"),
  assets: illustrations,
  ...more,
});

/** The same with the packs that it needs. */
export const boardWithPacks = (
  goals: readonly string[],
  more: Partial<BoardInput> = {},
): BoardInput => board(goals, { assets: assetsOf({ goals, ...more }), ...more });

/** The caption's lines of each goal. */
export const linesOf = async (goals: readonly string[]): Promise<(readonly string[])[]> =>
  (await composeBoard(boardWithPacks(goals))).tiles.map(({ caption }) => caption?.lines ?? []);

/** All texts, also those on cards. */
export const textsOf = (nodes: readonly Node[]): TextNode[] =>
  nodes.flatMap((node) =>
    node.type === "text" ? [node] : node.type === "card" ? textsOf(node.nodes) : []
  );

/** Whether two files are equal; `assertEquals` would make a diff of 200 KB. */
export const sameBytes = (a: Uint8Array, b?: Uint8Array): boolean =>
  a.length === b?.length && a.every((byte, i) => byte === b[i]);

/** Words of letters that are all equally wide, in multiples of the font size. */
export const evenWords = (text: string, letter: number, space: number): Words => ({
  space,
  words: text.split(" ").filter(Boolean).map((word) => ({
    text: word,
    width: [...word].length * letter,
    chars: [...word].map((char) => ({ text: char, width: letter })),
  })),
});

/** All fonts; the packs that a board brought are among them. */
export const fonts = await loadFonts();

/** The pixels of nodes of a board, four bytes each. */
export async function pixelsOf(nodes: readonly Node[]): Promise<Uint8Array> {
  const painter = await startPainter();
  painter.begin(WIDTH, HEIGHT);
  paintNodes(painter, { nodes, fonts }, { width: WIDTH, height: HEIGHT, ratio: 1 });
  return painter.pixels();
}

/** A text cleaned for the embedded fonts. */
export const clean = (text: string): DrawableText =>
  drawableText(text, (character) => fonts.draws(character));
