import {
  type BoardInput,
  composeBoard,
  type Composition,
} from "../../../supabase/functions/_board/paint/compose.ts";
import { HEIGHT, WIDTH } from "../../../supabase/functions/_board/paint/board_size.ts";
import type { Node } from "../../../supabase/functions/_board/engine/takumi.d.ts";
import {
  FALLBACK,
  type Pack,
  type Packs,
} from "../../../supabase/functions/_board/text/font_families.ts";
import { packsFor, type Texts } from "../../../supabase/functions/_board/text/font_packs.ts";
import { loadFonts } from "../../../supabase/functions/_board/text/fonts.ts";
import {
  type DrawableText,
  drawableText,
} from "../../../supabase/functions/_board/text/drawable_text.ts";
import type { Words } from "../../../supabase/functions/_board/text/measure.ts";
import { readFontPacks } from "../../../tools/commands/lib/read_font_packs.ts";

/** A font pack's file, as it is committed. */
export const packFile = (pack: Pack): Uint8Array => readFontPacks([pack])[pack]!;

/** The packs that a board needs. */
export const packsOf = (texts: Texts): Packs => readFontPacks(packsFor(texts));

/** A board of these goals, without packs. */
export const board = (goals: readonly string[], more: Partial<BoardInput> = {}): BoardInput => ({
  goals,
  theme: "light",
  date: new Date("2026-11-23"),
  ...more,
});

/** The same with the packs that it needs. */
export const boardWithPacks = (
  goals: readonly string[],
  more: Partial<BoardInput> = {},
): BoardInput => board(goals, { packs: packsOf({ goals, ...more }), ...more });

/** The caption's lines of each goal. */
export const linesOf = async (goals: readonly string[]): Promise<(readonly string[])[]> =>
  (await composeBoard(boardWithPacks(goals))).tiles.map(({ caption }) => caption?.lines ?? []);

/** All text nodes of a tree. */
export function textsOf(node: Node): (Node & { type: "text" })[] {
  if (node.type === "text") return [node];
  return node.type === "container" ? (node.children ?? []).flatMap(textsOf) : [];
}

/** The pixels of a tree of a board's size, four bytes each. */
export const pixelsOf = (
  { renderer }: Composition,
  root: Node,
  images: Composition["images"] = [],
): Promise<Uint8Array> =>
  renderer.render(root, {
    width: WIDTH,
    height: HEIGHT,
    format: "raw",
    images,
    fontFamilies: FALLBACK,
  });

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

const fonts = await loadFonts();

/** A text cleaned for the embedded fonts. */
export const clean = (text: string): DrawableText =>
  drawableText(text, (character) => fonts.draws(character));
