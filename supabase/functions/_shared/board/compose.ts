import type { ImageSource, Node, Renderer } from "./takumi.d.ts";
import { fromBase64 } from "./base64.ts";
import { startEngine } from "./engine.ts";
import { type Family, loadFonts, type Packs } from "./fonts.ts";
import { fitTag, footer, header, titleFor, yearFor } from "./frame.ts";
import { HEIGHT, tilesFor, touching, WIDTH } from "./layout.ts";
import { type Face, measure, type Run } from "./measure.ts";
import { chooseHues, type Hue, type Palette, PALETTES } from "./palette.ts";
import { choosePictures, loadPictures, type Picture } from "./pictures.ts";
import { ROOTED } from "./themes.ts";
import { hash } from "./random.ts";
import { drawScene } from "./scenes.ts";
import { cleanText } from "./text.ts";
import { at, composeTile, type Tile, tileNode } from "./tile.ts";

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
}

/** A picture from outside, checked to be an image. */
export interface Photo {
  /** JPEG, PNG or WebP. */
  readonly bytes: Uint8Array;
  /** Who must be named on the board, if anybody: "Jane Doe / Pexels". */
  readonly credit: string | null;
}

/** A board that is ready to be drawn. */
export interface Composition {
  readonly renderer: Renderer;
  readonly root: Node;
  readonly images: readonly ImageSource[];
  /** By goal. */
  readonly tiles: readonly Tile[];
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
  const clean = (text: string) => cleanText(text, (character) => fonts.draws(character));
  const goals = input.goals.map(clean);
  const name = clean(input.name ?? "");
  const tag = clean(input.rankTag ?? "");
  const missing = [...goals, name, tag].reduce((sum, text) => sum + text.missing, 0);

  const run = (text: string, family: Family, face: Omit<Face, "families">): Run => ({
    text,
    face: { families: fonts.stackFor(text, family), ...face },
  });
  const title = run(titleFor(name.text), "Fraunces", { weight: 600, tracking: -0.02, optical: 72 });
  const pill = run(tag.text, "Bricolage", { weight: 700, tracking: 0 });
  const captions = goals.map(({ text }) =>
    run(text, "Bricolage", { weight: 700, tracking: -0.018 })
  );
  const runs = [title, pill, ...captions];
  await fonts.register(
    renderer,
    new Set(["Bricolage", "Fraunces", ...runs.flatMap((r) => r.face.families)]),
  );
  const [titleWords, pillWords, ...captionWords] = await measure(renderer, runs);
  if (!titleWords || !pillWords) throw new Error("The engine measured nothing.");

  // From what was typed, not from what the fonts can draw of it.
  const choices = await choosePictures(
    goals.map(({ emoji }, i) => ({ text: input.goals[i] ?? "", emoji })),
  );
  const shown = choices.map((choice) => pictures[choice.pictures[0] ?? ""] as Picture);
  const tiles = rects.map((rect, i) =>
    composeTile(
      rect,
      captionWords[i] ?? { words: [], space: 0 },
      shown[i] as Picture,
      ROOTED.has(choices[i]?.pictures[0] ?? ""),
    )
  );
  const hues = chooseHues(
    palette,
    shown.map((picture) => picture.tint),
    (a, b) => touching(rects[a] as typeof rects[number], rects[b] as typeof rects[number]),
    hash(goals.map(({ text, emoji }) => [text, ...emoji].join(" ")).join("\n")),
  );

  const encoder = new TextEncoder();
  const images = tiles.flatMap((tile, i) => {
    const hue = hues[i] as Hue;
    const scene = drawScene(
      choices[i]?.scene ?? "rays",
      { ...tile.stage, hue, dark: palette.dark },
      hash(goals[i]?.text ?? "") + i,
    );
    return [
      // "none": cached, images of boards long gone would pile up to 64 MB.
      { src: `scene-${i}`, data: encoder.encode(scene), cache: "none" as const },
      { src: `picture-${i}`, data: fromBase64(shown[i]?.data ?? ""), cache: "none" as const },
    ];
  });
  const root = paper(palette, [
    ...header(palette, yearFor(date), { words: titleWords, face: title.face }, {
      set: fitTag(pillWords),
      face: pill.face,
    }),
    ...tiles.map((tile, i) =>
      tileNode(tile, palette, hues[i] as Hue, (captions[i] as Run).face, {
        scene: `scene-${i}`,
        picture: `picture-${i}`,
      })
    ),
    ...footer(palette, date, hues),
  ]);
  return { renderer, root, images, tiles, missing };
}

/** The sheet that everything lies on: a gradient, and a light in two corners. */
function paper(palette: Palette, children: Node[]): Node {
  const [light, deep] = palette.paper;
  const glow = (x: number, y: number, r: number, color: string): Node => ({
    type: "container",
    style: {
      ...at({ x: x - r, y: y - r, width: 2 * r, height: 2 * r }),
      backgroundImage: `radial-gradient(circle, ${color}, transparent 70%)`,
    },
  });
  return {
    type: "container",
    style: {
      position: "relative",
      overflow: "hidden",
      width: WIDTH,
      height: HEIGHT,
      backgroundImage: `linear-gradient(160deg, ${light}, ${deep})`,
    },
    children: [
      glow(WIDTH * 0.88, HEIGHT * 0.02, 640, palette.glows[0]),
      glow(WIDTH * 0.04, HEIGHT, 680, palette.glows[1]),
      ...children,
    ],
  };
}
