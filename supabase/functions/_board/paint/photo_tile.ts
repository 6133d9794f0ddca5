import type { Node } from "../engine/takumi.d.ts";
import { type Face, faceStyle } from "../text/face.ts";
import {
  firstLines,
  fitLine,
  fitLines,
  type SetLine,
  setLines,
  type SetText,
  widthByLetters,
} from "../text/lines.ts";
import type { Words } from "../text/measure.ts";
import { imageSize } from "./image_size.ts";
import type { Rect } from "./layout.ts";
import { card, placeAt } from "./nodes.ts";
import { mix, type Palette, shade, type TileColors } from "./palette.ts";

/** A picture from a picture source, to fill a tile with. */
export interface Photo {
  /** JPEG, PNG or WebP. */
  readonly bytes: Uint8Array;
  /** Who must be named on the board, if anybody: "Jane Doe / Pexels". */
  readonly credit: string | null;
}

/** Pixels that a photograph may have: decoded, 12 million are 48 MB. Providers send about one. */
const MOST_PIXELS = 12e6;

/** Whether the engine may be given a photograph: bytes that begin as an image of a size that we allow. */
export function isDrawable({ bytes }: Photo): boolean {
  const size = imageSize(bytes);
  if (!size || size.width < 16 || size.height < 16) return false;
  return size.width * size.height <= MOST_PIXELS;
}

const LEADING = 1.12;
const CREDIT_HEIGHT = 22;
const CREDIT = { largest: 14, smallest: 11, slack: 0.55 };

/** A tile with a photograph: its caption stands on a shade at the photograph's foot. */
export interface PhotoTile {
  readonly rect: Rect;
  readonly caption: SetText | null;
  readonly pad: { readonly x: number; readonly y: number };
  /** The caption's upper edge, in pixels from the tile's. */
  readonly top: number;
  readonly credit: SetLine | null;
}

/**
 * Places a caption on a photograph: as large as leaves the picture at least its upper 40 %, as small as
 * it takes to show every word.
 */
export function composePhotoTile(rect: Rect, text: Words, credit: Words | null): PhotoTile {
  const { width, height } = rect;
  const scale = Math.sqrt(width * height);
  const short = Math.min(width, height);
  const pad = { x: Math.round(14 + short * 0.037), y: Math.round(12 + short * 0.03) };
  const usual = scale * (scale < 300 ? 0.115 : 0.1);
  const min = 12;
  const foot = pad.y + (credit ? CREDIT_HEIGHT : 0);
  const room = {
    width: (width - 2 * pad.x) * (width / height > 1.5 ? 0.8 : 1),
    height: (size: number) => (height - foot) * (size > usual * 0.7 ? 0.5 : 0.9),
  };
  const leading = text.leading ?? LEADING;
  const set = (size: number, breakWords: boolean) =>
    setLines(text, size, room.width, leading, breakWords);
  const caption = text.words.length === 0 ? null : fitLines(
    usual * (short > 400 ? 1.25 : 1),
    min,
    usual * 0.68,
    set,
    (set) => set.height <= room.height(set.size) && (set.size <= usual || set.lines.length <= 2),
  ) ?? firstLines(
    set(min, true) as SetText,
    Math.floor(room.height(min) / (leading * min)),
    leading,
  );
  return {
    rect,
    caption,
    pad,
    top: height - foot - (caption?.height ?? 0),
    credit: credit &&
      fitLine(credit, { ...CREDIT, width: width - 2 * pad.x }, widthByLetters(credit)),
  };
}

/** The tile as a node: the photograph, cropped to fill it, the shade, the caption, the credit. */
export function photoTileNode(
  tile: PhotoTile,
  palette: Palette,
  colors: TileColors,
  faces: { readonly caption: Face; readonly credit: Face },
  source: string,
): Node {
  const { rect, caption, pad, top, credit } = tile;
  const leading = faces.caption.leading ?? LEADING;
  const night = shade(colors, palette);
  const all = { x: 0, y: 0, width: rect.width, height: rect.height };
  const line = (text: string, face: Face, size: number, y: number, color: string): Node => ({
    type: "text",
    text,
    style: {
      ...faceStyle(face, size),
      position: "absolute",
      [faces.caption.rtl ? "right" : "left"]: pad.x,
      top: y,
      lineHeight: face.leading ?? LEADING,
      color,
    },
  });
  return card(rect, palette, colors, {
    scenery: [
      { type: "image", src: source, style: { ...placeAt(all), objectFit: "cover" } },
      { type: "container", style: { ...placeAt(all), backgroundImage: veil(tile, night) } },
    ],
    content: [
      ...(caption?.lines ?? []).map((text, i) =>
        line(text, faces.caption, caption!.size, top + i * leading * caption!.size, "#FFFFFF")
      ),
      ...(credit
        ? [line(
          credit.text,
          faces.credit,
          credit.size,
          rect.height - pad.y - CREDIT_HEIGHT + 5,
          mix(night, "#FFFFFF", 0.9),
        )]
        : []),
    ],
  });
}

/**
 * The tile's colour by night over the photograph's foot: 67 % at the caption's upper edge, which keeps
 * white text at 4.5:1 even on white paper; below it more, above it a cosine's fall. A straight one shows
 * its end.
 */
function veil({ rect, caption, credit, pad, top }: PhotoTile, color: string): string {
  if (!caption && !credit) return "none";
  const solid = (rect.height - top + pad.y * 0.3) / rect.height;
  const fade = Math.min(0.26, 90 / rect.height + 0.06);
  const stop = (alpha: number, place: number) =>
    `${color}${Math.round(255 * alpha).toString(16).padStart(2, "0")} ${
      Math.round(place * 1000) / 10
    }%`;
  const fall = [0, 0.25, 0.5, 0.75, 1].map((t) =>
    stop(0.335 * (1 + Math.cos(t * Math.PI)), solid + t * fade)
  );
  return `linear-gradient(to top, ${[stop(0.88, 0), ...fall].join(", ")})`;
}
