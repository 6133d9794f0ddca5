import type { Face } from "../text/face.ts";
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
import { decodePicture, dropLargeDecoders, type Picture } from "../engine/decode.ts";
import { MOST_PIXELS } from "../engine/decode_jpeg.ts";
import { type ImageSize, imageSize } from "./image_size.ts";
import type { Rect } from "./layout.ts";
import { card, type Node, type Stop } from "./nodes.ts";
import { mix, type Palette, shade, type TileColors } from "./palette.ts";

/** A picture from a picture source, to fill a tile with. */
export interface Photo {
  /** JPEG, PNG or WebP. */
  readonly bytes: Uint8Array;
  /** Who must be named on the board, if anybody: "Jane Doe / Pexels". */
  readonly credit: string | null;
}

/**
 * Decodes the photographs, by goal. One that is missing, damaged or too large is null: its goal is
 * illustrated.
 * @param sizes what is needed of each, in pixels; without, all of it
 */
export async function decodePhotos(
  photos: readonly (Photo | null)[],
  sizes: readonly ImageSize[] = [],
): Promise<(Picture | null)[]> {
  let left = MOST_PIXELS;
  const decoded: (Picture | null)[] = [];
  for (const [i, photo] of photos.entries()) {
    const size = photo && imageSize(photo.bytes);
    const fits = size && Math.min(size.width, size.height) >= 16 &&
      size.width * size.height <= left;
    const picture = fits
      ? await decodePicture(photo.bytes, sizes[i], true).catch(() => null)
      : null;
    left -= picture && size ? size.width * size.height : 0;
    decoded.push(picture && sizes[i] ? halve(picture, sizes[i]) : picture);
  }
  await dropLargeDecoders();
  return decoded;
}

/** As small as leaves what is needed: twelve pictures of 1024×1024 took 48 MB until they were painted. */
function halve(picture: Picture, atLeast: ImageSize): Picture {
  const [width, height] = [picture.width >> 1, picture.height >> 1];
  if (width < atLeast.width || height < atLeast.height) return picture;
  const rgba = picture.rgba as Uint8Array<ArrayBuffer>;
  const row = picture.width * 4;
  const half = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let from = 2 * y * row, end = from + width * 8; from < end; from += 8) {
      for (let c = from; c < from + 4; c++) {
        half[to++] = (rgba[c]! + rgba[c + 4]! + rgba[c + row]! + rgba[c + row + 4]! + 2) >> 2;
      }
    }
  }
  rgba.buffer.transfer(0); // frees it now, and not with the next collection of garbage
  return halve({ width, height, rgba: half }, atLeast);
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
  photo: Picture,
): Node {
  const { rect, caption, pad, top, credit } = tile;
  const leading = faces.caption.leading ?? LEADING;
  const night = shade(colors, palette);
  const all = { x: 0, y: 0, width: rect.width, height: rect.height };
  const line = (text: string, face: Face, size: number, y: number, color: string): Node => ({
    type: "text",
    text,
    face,
    size,
    ...(faces.caption.rtl ? { right: rect.width - pad.x } : { left: pad.x }),
    top: y,
    leading: face.leading ?? LEADING,
    color,
  });
  const scenery: Node[] = [
    // seen where a photograph is transparent
    { type: "gradient", rect: all, angle: 180, colors: [colors.bottom, colors.bottom], end: 1 },
    { type: "picture", picture: photo, rect: all, crop: true },
    ...veil(tile, night),
  ];
  const lines = (caption?.lines ?? []).map((text, i) =>
    line(text, faces.caption, caption!.size, top + i * leading * caption!.size, "#FFFFFF")
  );
  const foot = rect.height - pad.y - CREDIT_HEIGHT + 5;
  const by = credit &&
    line(credit.text, faces.credit, credit.size, foot, mix(night, "#FFFFFF", 0.9));
  return card(rect, palette, scenery, by ? [...lines, by] : lines);
}

/**
 * The tile's colour by night over the photograph's foot: 67 % at the caption's upper edge, which keeps
 * white text at 4.5:1 even on white paper; below it more, above it a cosine's fall. A straight one shows
 * its end.
 */
function veil({ rect, caption, credit, pad, top }: PhotoTile, color: string): Node[] {
  if (!caption && !credit) return [];
  const { width, height } = rect;
  const solid = (height - top + pad.y * 0.3) / height;
  const fade = Math.min(0.26, 90 / height + 0.06);
  const fall = [0, 0.25, 0.5, 0.75, 1].map((t): Stop => [
    solid + t * fade,
    0.335 * (1 + Math.cos(t * Math.PI)),
  ]);
  return [{
    type: "veil",
    rect: { x: 0, y: 0, width, height },
    towards: "top",
    color,
    stops: [[0, 0.88], ...fall],
  }];
}
