import { chooseIllustrations } from "../choose/choose_illustrations.ts";
import { ROOTED } from "../choose/topics.ts";
import { startEngine } from "../engine/engine.ts";
import { hash } from "../engine/random.ts";
import type { ImageSource, Node, Renderer } from "../engine/takumi.d.ts";
import { fromBase64 } from "../engine/unpack.ts";
import { setTexts } from "../text/board_texts.ts";
import { drawableText } from "../text/drawable_text.ts";
import type { Run } from "../text/face.ts";
import type { Packs } from "../text/font_families.ts";
import { loadFonts } from "../text/fonts.ts";
import { measure, type Words } from "../text/measure.ts";
import { footer, header, paper } from "./frame.ts";
import {
  composeIllustratedTile,
  type IllustratedTile,
  illustratedTileNode,
  mirrorTile,
} from "./illustrated_tile.ts";
import { type Illustration, loadIllustrations, type Shown } from "./illustration_group.ts";
import { type Rect, tilesFor, touching } from "./layout.ts";
import { chooseColors, PALETTES, type TileColors } from "./palette.ts";
import {
  composePhotoTile,
  isDrawable,
  type Photo,
  type PhotoTile,
  photoTileNode,
} from "./photo_tile.ts";
import { drawScene } from "./scene.ts";
import type { BoardSize } from "./board_size.ts";

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
  /** Those of the fonts that `packsFor` names which could be had. */
  readonly packs?: Packs;
  /** `screen` unless told. */
  readonly size?: BoardSize;
}

/** A board that is ready to be drawn. */
export interface Composition {
  readonly renderer: Renderer;
  readonly root: Node;
  readonly images: readonly ImageSource[];
  /** By goal. */
  readonly tiles: readonly (IllustratedTile | PhotoTile)[];
  /** How many characters were left out because no font draws them. Emoji do not count. */
  readonly missing: number;
}

/**
 * Decides everything about a board but its pixels: words, faces, lines, pictures, colours, places.
 *
 * @throws {RangeError} for fewer than 1 goal, more than 12, or an invalid date
 */
export async function composeBoard(input: BoardInput): Promise<Composition> {
  const { theme, date } = input;
  const rects = tilesFor(input.goals.length);
  if (Number.isNaN(date.getTime())) throw new RangeError("The board's date is not a date.");
  const palette = PALETTES[theme];

  const [renderer, fonts, illustrations] = await Promise.all([
    startEngine(),
    loadFonts(),
    loadIllustrations(),
  ]);
  const photos = input.goals.map((_, i) => drawable(input.photos?.[i]));
  const { goals, missing, title, tag, captions, credits } = setTexts(
    { ...input, credits: photos.map((photo) => photo?.credit ?? "") },
    fonts,
  );
  const runs = [title, tag, ...captions, ...credits];
  await fonts.register(
    renderer,
    new Set(["Bricolage", "Fraunces", ...runs.flatMap((r) => r.face.families)]),
    input.packs,
  );
  const [titleWords, tagWords, ...words] = await measure(renderer, runs) as [Words, ...Words[]];
  if (!tagWords) throw new Error("The engine measured nothing.");

  // From all letters that were typed, not from what the fonts can draw of them.
  const choices = await chooseIllustrations(goals.map(({ emoji }, i) => ({
    text: drawableText(input.goals[i] ?? "", () => true).text,
    emoji,
  })));
  const shown = choices.map((choice) =>
    choice.illustrations.map((name): Shown => ({
      illustration: illustrations[name] as Illustration,
      rooted: ROOTED.has(name),
    }))
  );
  const tiles = rects.map((rect, i): PhotoTile | IllustratedTile => {
    const [caption, credit] = [words[i] as Words, words[i + goals.length] as Words];
    if (photos[i]) return composePhotoTile(rect, caption, credits[i]?.text ? credit : null);
    const tile = composeIllustratedTile(rect, caption, shown[i] ?? []);
    return captions[i]?.face.rtl ? mirrorTile(tile) : tile;
  });
  const colors = chooseColors(
    palette,
    shown.map(([first], i) => photos[i] || !first ? "#808080" : first.illustration.tint),
    (a, b) => touching(rects[a] as Rect, rects[b] as Rect),
    hash(goals.map(({ text, emoji }) => [text, ...emoji].join(" ")).join("\n")),
  );

  const encoder = new TextEncoder();
  const images: ImageSource[] = [];
  /** "none": cached, images of boards long gone would pile up to 64 MB. */
  const add = (src: string, data: Uint8Array) => images.push({ src, data, cache: "none" });
  const nodes = tiles.map((tile, i) => {
    const own = colors[i] as TileColors;
    const face = (captions[i] as Run).face;
    if ("top" in tile) {
      add(`photo-${i}`, photos[i]!.bytes);
      const faces = { caption: face, credit: credits[i]!.face };
      return photoTileNode(tile, palette, own, faces, `photo-${i}`);
    }
    const stage = { ...tile.stage, colors: own, dark: palette.dark };
    const seed = hash(goals[i]?.text ?? "") + i;
    const scene = drawScene(choices[i]?.scene ?? "rays", stage, seed, tile.mirrored);
    const shapes = `shapes-${i}`;
    add(shapes, encoder.encode(scene.shapes));
    const sources = shown[i]!.map(({ illustration }, k) => {
      add(`illustration-${i}-${k}`, fromBase64(illustration.data));
      return `illustration-${i}-${k}`;
    });
    return illustratedTileNode(tile, palette, own, face, scene, { shapes, illustrations: sources });
  });
  const root = paper(palette, [
    ...header(palette, date, { words: titleWords, face: title.face }, {
      words: tagWords,
      face: tag.face,
    }),
    ...nodes,
    ...footer(palette, date, colors),
  ]);
  return { renderer, root, images, tiles, missing };
}

/** The photograph, if there is one that may be drawn. */
const drawable = (photo: Photo | null | undefined): Photo | null =>
  photo && isDrawable(photo) ? photo : null;
