import type { Node } from "./takumi.d.ts";
import { at } from "./at.ts";
import { card } from "./card.ts";
import { firstLines, fit, setLines, type SetText, type Words } from "./fit.ts";
import { placeGroup, type Shown } from "./group.ts";
import type { Rect } from "./layout.ts";
import { type Face, faceStyle } from "./measure.ts";
import type { Hue, Palette } from "./palette.ts";
import type { Scene, Stage } from "./scenes.ts";
import { hangOf } from "./script.ts";

/** Line height of captions, in multiples of the size, unless their script needs another. */
export const LEADING = 1.1;

/** A tile whose parts have found their places. */
export interface Tile {
  readonly rect: Rect;
  readonly caption: SetText | null;
  readonly pad: { readonly x: number; readonly y: number };
  readonly stage: Omit<Stage, "hue" | "dark">;
  /** By picture: its full 256 px square, placed so that its visible part sits right. */
  readonly images: readonly Rect[];
  /** By picture: its visible part. */
  readonly boxes: readonly Rect[];
  /** Whether left and right are changed; the stage is as before, and `drawScene` mirrors what it draws on it. */
  readonly mirrored?: boolean;
}

/**
 * Places a goal's caption and picture in its tile: caption above the pictures, or beside them where the tile
 * is wide. The caption takes the largest size that leaves the picture a fair share; the smaller it must
 * get, the smaller a picture it settles for. Without words the picture takes the middle.
 */
export function composeTile(rect: Rect, text: Words, shown: readonly Shown[]): Tile {
  const { width, height } = rect;
  const scale = Math.sqrt(width * height);
  const short = Math.min(width, height);
  const pad = { x: Math.round(14 + short * 0.037), y: Math.round(12 + short * 0.04) };
  const edge = Math.round(8 + short * 0.03);
  const beside = width / height > 1.5;
  const usual = scale * (scale < 300 ? 0.119 : 0.113);
  const large = short > 400;
  const max = usual * (large ? 1.5 : beside ? 1.3 : 1); // a few words on a large tile may shout
  const min = 12;

  const largest = Math.min(
    480, // pictures have 256 px and turn soft beyond this
    beside ? height - 2 * edge : height * (height > width * 1.2 ? 0.52 : 0.56),
    width * (beside ? 0.42 : 0.66),
  );
  const gap = short * (beside ? 0.1 : 0.04);
  const leading = text.leading ?? LEADING;
  const share = (size: number) => Math.min(1, (size - min) / (usual - min));
  const mostLines = (size: number) =>
    size > usual ? (large ? 2 : 1) : share(size) > 0.75 && !large ? 2 : 4 / share(size);
  const several = shown.length > 1 ? 1.3 : 1; // a group is wider than it is tall
  const room = (size: number) =>
    beside
      ? {
        width: width - pad.x - largest * several * (0.5 + 0.5 * share(size)) - gap - edge,
        height: height - 2 * pad.y,
      }
      : {
        width: width - 2 * pad.x,
        height: height - pad.y - gap - edge - largest * (0.3 + 0.62 * share(size)),
      };
  const set = (size: number, breakWords: boolean) =>
    setLines(text, size, room(size).width, leading, breakWords);
  const fits = ({ size, lines, height }: SetText) =>
    lines.length <= mostLines(size) && height <= room(size).height;
  const caption = text.words.length === 0
    ? null
    // Up to 200 of the widest letters fit at the least size; only longer texts are cut.
    : fit(max, min, usual * 0.68, set, fits) ??
      firstLines(
        set(min, true) as SetText,
        Math.floor(room(min).height / (leading * min)),
        leading,
      );

  let side = short * 0.62;
  let across = width * 0.86;
  if (caption && beside) {
    across = width - pad.x - caption.width - gap - edge;
    side = Math.min(largest, across);
  } else if (caption) {
    across = width - 2 * edge;
    side = Math.min(largest, height - pad.y - caption.height - gap - edge);
  }
  // the strip below a picture that is cut off there is the picture's, too
  if (shown[0]?.rooted && !beside) side += edge * 0.8;
  const { images, boxes, focus, grounds } = placeGroup(shown, {
    width,
    height,
    side,
    room: shown.length > 1 ? across : side,
    edge,
    centred: !caption,
  });
  return {
    rect,
    caption,
    pad,
    images,
    boxes,
    stage: {
      width,
      height,
      focus,
      grounds,
      text: caption
        ? { right: pad.x + caption.width, bottom: pad.y + caption.height }
        : { right: 0, bottom: 0 },
      beside,
    },
  };
}

/** The tile as a node: scenery behind, the picture, the caption line by line. */
export function tileNode(
  tile: Tile,
  palette: Palette,
  hue: Hue,
  face: Face,
  scene: Scene,
  sources: { readonly shapes: string; readonly pictures: readonly string[] },
): Node {
  const { rect, caption, pad, images } = tile;
  return card(rect, palette, hue, {
    background: scene.sky,
    scenery: [
      ...scene.behind,
      { type: "image", src: sources.shapes, style: at({ ...rect, x: 0, y: 0 }) },
      ...scene.before,
    ],
    content: [
      // the first stands in front
      ...images.map((image, i): Node => ({
        type: "image",
        src: sources.pictures[i] ?? "",
        style: at(image),
      })).reverse(),
      ...(caption?.lines ?? []).map((text, i): Node => ({
        type: "text",
        text,
        style: {
          ...faceStyle(face, caption?.size ?? 0),
          position: "absolute",
          [face.rtl ? "right" : "left"]: pad.x - hangOf(text, face) * (caption?.size ?? 0),
          top: pad.y + i * (face.leading ?? LEADING) * (caption?.size ?? 0),
          lineHeight: face.leading ?? LEADING,
          color: hue.ink,
        },
      })),
    ],
  });
}
