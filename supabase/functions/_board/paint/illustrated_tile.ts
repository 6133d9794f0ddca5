import type { Picture } from "../engine/decode.ts";
import { CAPTION_LEADING, type Face, hangOf } from "../text/face.ts";
import { firstLines, fitLines, setLines, type SetText } from "../text/lines.ts";
import type { Words } from "../text/measure.ts";
import { placeGroup, type Shown } from "./illustration_group.ts";
import type { Rect } from "./layout.ts";
import { card, type Node } from "./nodes.ts";
import type { Palette, TileColors } from "./palette.ts";
import type { Stage } from "./scene_shapes.ts";

/** A tile whose parts have found their places. */
export interface IllustratedTile {
  readonly rect: Rect;
  readonly caption: SetText | null;
  readonly pad: { readonly x: number; readonly y: number };
  readonly stage: Omit<Stage, "colors" | "dark">;
  /** By illustration: its full 256 px square, placed so that its visible part sits right. */
  readonly images: readonly Rect[];
  /** By illustration: its visible part. */
  readonly boxes: readonly Rect[];
  /** Whether left and right are changed. The stage is as before: `drawScene` mirrors what it draws on it. */
  readonly mirrored?: boolean;
}

/**
 * Places a goal's caption and illustrations in its tile: the caption above, or beside them where the tile is
 * wide. The caption takes the largest size that leaves the illustration a fair share; the smaller it must
 * get, the smaller the illustration may be. Without words the illustration takes the middle; without an
 * illustration the words take the whole tile, as large as a few words on a poster.
 */
export function composeIllustratedTile(
  rect: Rect,
  text: Words,
  shown: readonly Shown[],
): IllustratedTile {
  const { width, height } = rect;
  const scale = Math.sqrt(width * height);
  const short = Math.min(width, height);
  const pad = { x: Math.round(14 + short * 0.037), y: Math.round(12 + short * 0.04) };
  const edge = Math.round(8 + short * 0.03);
  const beside = width / height > 1.5;
  const usual = scale * (scale < 300 ? 0.119 : 0.113);
  const large = short > 400;
  const alone = shown.length === 0;
  // a few words on a large tile may shout
  const max = usual * (alone ? 1.7 : large ? 1.5 : beside ? 1.3 : 1);
  const min = 12;

  const largest = alone ? 0 : Math.min(
    480, // illustrations have 256 px and turn soft beyond this
    beside ? height - 2 * edge : height * (height > width * 1.2 ? 0.52 : 0.56),
    width * (beside ? 0.42 : 0.66),
  );
  const gap = short * (beside ? 0.1 : 0.04);
  const leading = text.leading ?? CAPTION_LEADING;
  const share = (size: number) => Math.min(1, (size - min) / (usual - min));
  const mostLines = (size: number) =>
    alone ? 4 : size > usual ? (large ? 2 : 1) : share(size) > 0.75 && !large ? 2 : 4 / share(size);
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
    : fitLines(max, min, usual * 0.68, set, fits) ??
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
  // a rooted illustration also takes the strip below it
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
    pad: alone && caption ? { x: pad.x, y: (height - caption.height) / 2 } : pad,
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

/**
 * A tile as readers from right to left expect it: the caption at the right, the illustrations at the left,
 * themselves unchanged. So is the stage: `drawScene` mirrors what it draws on it.
 */
export function mirrorTile(tile: IllustratedTile): IllustratedTile {
  const { width } = tile.stage;
  const boxes = tile.boxes.map((box): Rect => ({ ...box, x: width - box.x - box.width }));
  const images = tile.images.map((image, i): Rect => ({
    ...image,
    x: image.x + (boxes[i]?.x ?? 0) - (tile.boxes[i]?.x ?? 0),
  }));
  return { ...tile, boxes, images, mirrored: true };
}

/** The tile as a node: scenery behind, the illustrations, the caption line by line. */
export function illustratedTileNode(
  tile: IllustratedTile,
  palette: Palette,
  colors: TileColors,
  face: Face,
  scene: readonly Node[],
  illustrations: readonly Picture[],
): Node {
  const { rect, caption, pad, images } = tile;
  const pictures = images.map((rect, i): Node => ({
    type: "picture",
    picture: illustrations[i]!,
    rect,
  })).reverse(); // the first stands in front
  const leading = face.leading ?? CAPTION_LEADING;
  const size = caption?.size ?? 0;
  const lines = (caption?.lines ?? []).map((text, i): Node => {
    const margin = pad.x - hangOf(text, face) * size;
    return {
      type: "text",
      text,
      face,
      size,
      ...(face.rtl ? { right: rect.width - margin } : { left: margin }),
      top: pad.y + i * leading * size,
      leading,
      color: colors.ink,
    };
  });
  return card(rect, palette, scene, [...pictures, ...lines]);
}
