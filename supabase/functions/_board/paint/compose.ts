import { ROOTED } from "../choose/topics.ts";
import { hash } from "../engine/random.ts";
import { setTexts } from "../text/board_texts.ts";
import type { Run } from "../text/face.ts";
import { packsAmong } from "../text/font_packs.ts";
import { type Fonts, loadFonts } from "../text/fonts.ts";
import { measureWords, type Words } from "../text/measure.ts";
import type { Assets } from "../engine/asset.ts";
import { decodePicture } from "../engine/decode.ts";
import { choicesFor } from "./assets_for.ts";
import { footer, header, paper } from "./frame.ts";
import {
  composeIllustratedTile,
  type IllustratedTile,
  illustratedTileNode,
  mirrorTile,
} from "./illustrated_tile.ts";
import { ILLUSTRATION_FILES, type Shown } from "./illustration_group.ts";
import { type Rect, tilesFor, touching } from "./layout.ts";
import { chooseColors, PALETTES, type TileColors } from "./palette.ts";
import {
  composePhotoTile,
  decodePhotos,
  type Photo,
  type PhotoTile,
  photoTileNode,
} from "./photo_tile.ts";
import { drawScene } from "./scene.ts";
import { type BoardSize, SIZES } from "./board_size.ts";
import type { Node } from "./nodes.ts";

/** What a board shows. */
export interface BoardInput {
  /** 1 to 12 goals in the user's words, the most important first; up to 200 characters each. */
  readonly goals: readonly string[];
  /** Whose board it is; up to 80 characters. Without one the title is "Vision board". */
  readonly name?: string | null;
  /** Shown as it is, in a pill beside the title; what is too long for the pill is cut. */
  readonly rank_tag?: string | null;
  readonly theme: "light" | "dark";
  /** Shown in the footer; its UTC day counts. Also decides the year line, see `yearFor`. */
  readonly date: Date;
  /** By goal; where there is none, the goal is illustrated. */
  readonly photos?: readonly (Photo | null)[];
  /**
   * Those of `assetsFor` that could be had. Without an illustration its goal is set in type alone; letters
   * of a font pack that is not there are left out.
   */
  readonly assets: Assets;
  /** `screen` unless told. */
  readonly size?: BoardSize;
}

/** A board that is ready to be painted. */
export interface Composition {
  readonly fonts: Fonts;
  readonly nodes: readonly Node[];
  /** By goal. */
  readonly tiles: readonly (IllustratedTile | PhotoTile)[];
  /** How many characters were left out because no font draws them. Emoji do not count. */
  readonly missing: number;
  /** How many photographs could not be read, or are too large: their goals are illustrated. */
  readonly unreadable: number;
}

/**
 * Decides everything about a board but its pixels: words, faces, lines, pictures, colours, places.
 *
 * @throws {RangeError} for fewer than 1 goal, more than 12, or an invalid date
 */
export async function composeBoard(input: BoardInput): Promise<Composition> {
  const { theme, date, assets } = input;
  const rects = tilesFor(input.goals.length);
  if (Number.isNaN(date.getTime())) throw new RangeError("The board's date is not a date.");
  const palette = PALETTES[theme];

  const fonts = await loadFonts();
  const packs = packsAmong(assets);
  const { ratio } = SIZES[input.size ?? "screen"];
  const sizes = rects.map((tile) => ({ width: tile.width * ratio, height: tile.height * ratio }));
  const photos = await decodePhotos(input.photos ?? [], sizes);
  const { goals, missing, title, tag, captions, credits } = setTexts(
    {
      ...input,
      packs,
      credits: input.goals.map((_, i) => photos[i] && input.photos?.[i]?.credit || ""),
    },
    fonts,
  );
  fonts.addPacks(packs);
  const runs = [title, tag, ...captions, ...credits];
  const [titleWords, tagWords, ...words] = measureWords(runs, fonts) as [Words, Words, ...Words[]];

  const choices = await choicesFor(input.goals);
  const shown = choices.map((choice) =>
    choice.illustrations.map((name): Shown => ({
      illustration: ILLUSTRATION_FILES[name]!,
      rooted: ROOTED.has(name),
    })).filter(({ illustration }) => assets.has(illustration.hash))
  );
  const tiles = rects.map((rect, i): PhotoTile | IllustratedTile => {
    const [caption, credit] = [words[i] as Words, words[i + goals.length] as Words];
    if (photos[i]) return composePhotoTile(rect, caption, credits[i]?.text ? credit : null);
    const tile = composeIllustratedTile(rect, caption, shown[i] ?? []);
    return captions[i]?.face.rtl ? mirrorTile(tile) : tile;
  });
  const colors = chooseColors(
    palette,
    choices.map(({ illustrations }, i) =>
      photos[i] ? "#808080" : ILLUSTRATION_FILES[illustrations[0]!]!.tint
    ),
    (a, b) => touching(rects[a] as Rect, rects[b] as Rect),
    hash(goals.map(({ text, emoji }) => [text, ...emoji].join(" ")).join("\n")),
  );

  const cards = await Promise.all(tiles.map(async (tile, i) => {
    const own = colors[i] as TileColors;
    const face = (captions[i] as Run).face;
    if ("top" in tile) {
      const faces = { caption: face, credit: credits[i]!.face };
      return photoTileNode(tile, palette, own, faces, photos[i]!);
    }
    const stage = { ...tile.stage, colors: own, dark: palette.dark };
    const seed = hash(goals[i]?.text ?? "") + i;
    const scene = drawScene(choices[i]?.scene ?? "rays", stage, seed, tile.mirrored);
    const pictures = await Promise.all(
      shown[i]!.map(({ illustration }) => decodePicture(assets.get(illustration.hash)!)),
    );
    return illustratedTileNode(tile, palette, own, face, scene, pictures);
  }));
  const nodes = [
    ...paper(palette),
    ...header(palette, date, { words: titleWords, face: title.face }, {
      words: tagWords,
      face: tag.face,
    }),
    ...cards,
    ...footer(palette, date, colors),
  ];
  const unreadable = (input.photos ?? []).filter((photo, i) => photo && !photos[i]).length;
  return { fonts, nodes, tiles, missing, unreadable };
}
