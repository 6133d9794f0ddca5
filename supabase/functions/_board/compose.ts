import type { ImageSource, Node, Renderer } from "./takumi.d.ts";
import { fromBase64 } from "./base64.ts";
import { startEngine } from "./engine.ts";
import { loadFonts, type Packs } from "./fonts.ts";
import { fitTag, footer, header, yearFor } from "./frame.ts";
import type { Shown } from "./group.ts";
import { tilesFor, touching } from "./layout.ts";
import type { Words } from "./fit.ts";
import { measure, type Run } from "./measure.ts";
import { mirrorTile } from "./mirror.ts";
import { chooseHues, type Hue, PALETTES } from "./palette.ts";
import { paper } from "./paper.ts";
import { choosePictures, loadPictures, type Picture } from "./pictures.ts";
import { composePhotoTile, isDrawable, type Photo, photoNode, type PhotoTile } from "./photo.ts";
import { ROOTED } from "./themes.ts";
import { hash } from "./random.ts";
import { drawScene } from "./scenes.ts";
import { cleanText } from "./text.ts";
import { setTexts } from "./texts.ts";
import { composeTile, type Tile, tileNode } from "./tile.ts";

export type { Photo };

/** How large a board is drawn: 1080×1350 pixels, or 2160×2700. */
export type BoardSize = "screen" | "print";

/** What a board shows. */
export interface BoardInput {
  /** 1 to 12 goals in the user's words, the most important first; up to 200 characters each. */
  readonly goals: readonly string[];
  /** Whose board it is; up to 80 characters. Without one the title is "Vision board". */
  readonly name?: string | null;
  /** Shown as it is, in a pill beside the title; what is too long for the pill is cut. */
  readonly rankTag?: string | null;
  readonly theme: "light" | "dark";
  /** Shown in the footer; its UTC day counts. Also decides the year line, see `yearFor`. */
  readonly date: Date;
  /** A photograph by goal; where there is none, the goal is illustrated. */
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
  readonly tiles: readonly (Tile | PhotoTile)[];
  /** How many characters were left out because no font draws them. Emoji do not count. */
  readonly missing: number;
}

/**
 * Decides everything about a board but its pixels: words, faces, lines, pictures, colours, places.
 *
 * @throws {RangeError} for less than 1 goal, more than 12, or a date that is none
 */
export async function composeBoard(input: BoardInput): Promise<Composition> {
  const { theme, date } = input;
  const rects = tilesFor(input.goals.length);
  if (Number.isNaN(date.getTime())) throw new RangeError("The board's date is not a date.");
  const palette = PALETTES[theme];

  const [renderer, fonts, pictures] = await Promise.all([
    startEngine(),
    loadFonts(),
    loadPictures(),
  ]);
  const photos = input.goals.map((_, i) => drawable(input.photos?.[i]));
  const { goals, missing, title, pill, captions, credits } = setTexts(
    { ...input, credits: photos.map((photo) => photo?.credit ?? "") },
    fonts,
  );
  const runs = [title, pill, ...captions, ...credits];
  await fonts.register(
    renderer,
    new Set(["Bricolage", "Fraunces", ...runs.flatMap((r) => r.face.families)]),
    input.packs,
  );
  const [titleWords, pillWords, ...words] = await measure(renderer, runs) as [Words, ...Words[]];
  if (!pillWords) throw new Error("The engine measured nothing.");

  // From all letters that were typed, not from what the fonts can draw of them.
  const choices = await choosePictures(goals.map(({ emoji }, i) => ({
    text: cleanText(input.goals[i] ?? "", () => true).text,
    emoji,
  })));
  const shown = choices.map((choice) =>
    choice.pictures.map((name): Shown => ({
      picture: pictures[name] as Picture,
      rooted: ROOTED.has(name),
    }))
  );
  const tiles = rects.map((rect, i): PhotoTile | Tile => {
    const [caption, credit] = [words[i] as Words, words[i + goals.length] as Words];
    if (photos[i]) return composePhotoTile(rect, caption, credits[i]?.text ? credit : null);
    const tile = composeTile(rect, caption, shown[i] ?? []);
    return captions[i]?.face.rtl ? mirrorTile(tile) : tile;
  });
  const hues = chooseHues(
    palette,
    shown.map(([first], i) => photos[i] || !first ? "#808080" : first.picture.tint),
    (a, b) => touching(rects[a] as typeof rects[number], rects[b] as typeof rects[number]),
    hash(goals.map(({ text, emoji }) => [text, ...emoji].join(" ")).join("\n")),
  );

  const encoder = new TextEncoder();
  const images: ImageSource[] = [];
  /** "none": cached, images of boards long gone would pile up to 64 MB. */
  const add = (src: string, data: Uint8Array) => images.push({ src, data, cache: "none" });
  const nodes = tiles.map((tile, i) => {
    const hue = hues[i] as Hue;
    const face = (captions[i] as Run).face;
    if ("top" in tile) {
      add(`photo-${i}`, photos[i]!.bytes);
      const faces = { caption: face, credit: credits[i]!.face };
      return photoNode(tile, palette, hue, faces, `photo-${i}`);
    }
    const stage = { ...tile.stage, hue, dark: palette.dark };
    const seed = hash(goals[i]?.text ?? "") + i;
    const scene = drawScene(choices[i]?.scene ?? "rays", stage, seed, tile.mirrored);
    const shapes = `shapes-${i}`;
    add(shapes, encoder.encode(scene.shapes));
    const sources = shown[i]!.map(({ picture }, k) => {
      add(`picture-${i}-${k}`, fromBase64(picture.data));
      return `picture-${i}-${k}`;
    });
    return tileNode(tile, palette, hue, face, scene, { shapes, pictures: sources });
  });
  const root = paper(palette, [
    ...header(palette, yearFor(date), { words: titleWords, face: title.face }, {
      set: fitTag(pillWords),
      face: pill.face,
    }),
    ...nodes,
    ...footer(palette, date, hues),
  ]);
  return { renderer, root, images, tiles, missing };
}

/** The photograph, if there is one that may be drawn. */
const drawable = (photo: Photo | null | undefined): Photo | null =>
  photo && isDrawable(photo) ? photo : null;
