import { type Face, liftOf, TITLE_LEADING } from "../text/face.ts";
import {
  firstLines,
  fitLine,
  type SetLine,
  setLines,
  type SetText,
  sizesBetween,
} from "../text/lines.ts";
import type { Words } from "../text/measure.ts";
import { countInWords, dayInWords, yearFor } from "../text/wording.ts";
import type { Node, TextNode } from "./nodes.ts";
import type { Palette, TileColors } from "./palette.ts";
import { FOOTER, HEADER, HEIGHT, MARGIN, WIDTH } from "./board_size.ts";
import { circle, roundedBox, transform, turned } from "./path.ts";

/** The sheet that everything lies on: a gradient, and a light in two corners. */
export function paper({ paper, glows }: Palette): Node[] {
  const corner = (
    x: number,
    y: number,
    r: number,
    { color, alpha }: Palette["glows"][0],
  ): Node => ({
    type: "glow",
    x,
    y,
    rx: r,
    ry: r,
    color,
    stops: [[0, alpha], [1, 0]],
  });
  return [
    {
      type: "gradient",
      rect: { x: 0, y: 0, width: WIDTH, height: HEIGHT },
      angle: 160,
      colors: paper,
      end: 1,
    },
    corner(WIDTH * 0.88, HEIGHT * 0.02, 448, glows[0]),
    corner(WIDTH * 0.04, HEIGHT, 476, glows[1]),
  ];
}

/** A text, measured, and its face. */
interface Measured {
  readonly words: Words;
  readonly face: Face;
}

/** The board's own words: their face, and their line height in multiples of the size. */
const OWN: Face = { families: ["Bricolage"], weight: 700, tracking: 0 };
const LEADING = 1.2;

const PILL = { height: 60, pad: 26 };
const TAG = { width: 300, largest: 28, smallest: 19, slack: 0.5 };

/** The year line, the title and the tag's pill. */
export function header(palette: Palette, date: Date, title: Measured, tag: Measured): Node[] {
  const line = tag.words.words.length > 0 ? fitLine(tag.words, TAG) : null;
  const pill = line ? line.width + 2 * PILL.pad : 0;
  const room = WIDTH - 2 * MARGIN - (pill ? pill + 36 : 0);
  const tallest = 116;
  const leading = title.words.leading ?? TITLE_LEADING;
  const set = fitTitle(title.words, room, tallest);
  const lineTop = 30;
  const top = lineTop + 34 + (tallest - set.height) / 2 - liftOf(title.face) * set.size;
  const year = `${yearFor(date)} · MY GOALS`;
  return [
    text(year, { ...OWN, tracking: 0.22 }, 22, {
      left: MARGIN,
      top: lineTop,
      color: palette.accent,
    }),
    ...set.lines.map((titleLine, i) =>
      text(titleLine, title.face, set.size, {
        left: MARGIN - set.size * 0.02,
        top: top + i * set.size * leading,
        leading,
        color: palette.ink,
      })
    ),
    ...line ? drawPill(line, tag.face, palette) : [],
  ];
}

/** The tag in its pill, which leans a little. */
function drawPill({ text: tag, size, width }: SetLine, face: Face, palette: Palette): Node[] {
  const [w, h] = [width + 2 * PILL.pad, PILL.height];
  const matrix = turned(3, WIDTH - MARGIN - w / 2, HEADER / 2);
  const pill = roundedBox({ x: -w / 2, y: -h / 2, width: w, height: h }, h / 2);
  const leading = face.leading ?? LEADING;
  const place = { left: -width / 2, top: -leading * size / 2 };
  return [
    { type: "shape", path: transform(pill, matrix), color: palette.ink, alpha: 1 },
    text(tag, face, size, { ...place, leading, color: palette.paper[0], matrix }),
  ];
}

/** The title in the fewest lines that keep it large, words cut only when nothing else fits. */
function fitTitle(words: Words, width: number, tallest: number): SetText {
  const leading = words.leading ?? TITLE_LEADING;
  for (const breakWords of [false, true]) {
    for (const size of sizesBetween(104, breakWords ? 16 : 34)) {
      const set = setLines(words, size, width, leading, breakWords);
      if (set && set.height <= tallest) return set;
    }
  }
  // No name of 80 letters, but one of 80 ligatures as wide as a sentence: "﷽".
  const set = setLines(words, 16, width, leading, true) as SetText;
  return firstLines(set, Math.floor(tallest / (16 * leading)), leading);
}

/** The day, a dot in its tile's colour for each goal, and the count. */
export function footer(palette: Palette, date: Date, colors: readonly TileColors[]): Node[] {
  const style = { top: HEIGHT - FOOTER + 25, color: palette.faint };
  const [r, step] = [5, 19];
  const first = WIDTH / 2 - (colors.length - 1) * step / 2;
  const dot = ({ art }: TileColors, i: number): Node => ({
    type: "shape",
    path: circle(first + i * step, HEIGHT - FOOTER + 34 + r, r),
    color: art,
    alpha: 1,
  });
  return [
    text(dayInWords(date), OWN, 22, { ...style, left: MARGIN }),
    ...(colors.length < 2 ? [] : colors).map(dot),
    text(countInWords(colors.length), OWN, 22, { ...style, right: WIDTH - MARGIN }),
  ];
}

const text = (
  text: string,
  face: Face,
  size: number,
  rest: Omit<TextNode, "type" | "text" | "face" | "size" | "leading"> & { leading?: number },
): Node => ({ type: "text", text, face, size, leading: LEADING, ...rest });
