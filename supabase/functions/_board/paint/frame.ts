import type { Node } from "../engine/takumi.d.ts";
import { type Face, faceStyle, liftOf, TITLE_LEADING } from "../text/face.ts";
import { firstLines, fitLine, setLines, type SetText, sizesBetween } from "../text/lines.ts";
import type { Words } from "../text/measure.ts";
import { countInWords, dayInWords, yearFor } from "../text/wording.ts";
import { glow } from "./nodes.ts";
import type { Palette, TileColors } from "./palette.ts";
import { FOOTER, HEADER, HEIGHT, MARGIN, WIDTH } from "./board_size.ts";

/** The sheet that everything lies on: a gradient, and a light in two corners. */
export function paper(palette: Palette, children: Node[]): Node {
  const [light, deep] = palette.paper;
  const sheet = { width: WIDTH, height: HEIGHT };
  const corner = (x: number, y: number, r: number, color: string) =>
    glow({ x, y, r }, `${color}, transparent`, sheet);
  return {
    type: "container",
    style: {
      position: "relative",
      overflow: "hidden",
      ...sheet,
      backgroundImage: `linear-gradient(160deg, ${light}, ${deep})`,
    },
    children: [
      corner(WIDTH * 0.88, HEIGHT * 0.02, 448, palette.glows[0]),
      corner(WIDTH * 0.04, HEIGHT, 476, palette.glows[1]),
      ...children,
    ],
  };
}

/** A text, measured, and its face. */
interface Measured {
  readonly words: Words;
  readonly face: Face;
}

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
  const nodes: Node[] = [
    text(
      `${yearFor(date)}  ·  MY GOALS`,
      { families: ["Bricolage"], weight: 700, tracking: 0.22 },
      22,
      { left: MARGIN, top: lineTop, color: palette.accent },
    ),
    ...set.lines.map((titleLine, i) =>
      text(titleLine, title.face, set.size, {
        left: MARGIN - set.size * 0.02,
        top: top + i * set.size * leading,
        lineHeight: leading,
        color: palette.ink,
      })
    ),
  ];
  if (line) {
    nodes.push({
      type: "container",
      style: {
        position: "absolute",
        right: MARGIN,
        top: (HEADER - PILL.height) / 2,
        width: pill,
        height: PILL.height,
        display: "flex",
        alignItems: "center",
        justifyContent: "center",
        borderRadius: PILL.height / 2,
        backgroundColor: palette.ink,
        transform: "rotate(3deg)",
      },
      children: [{
        type: "text",
        text: line.text,
        style: { ...faceStyle(tag.face, line.size), color: palette.paper[0] },
      }],
    });
  }
  return nodes;
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
  const face: Face = { families: ["Bricolage"], weight: 700, tracking: 0 };
  const style = { top: HEIGHT - FOOTER + 25, color: palette.faint };
  const dot = 10;
  const step = 19;
  const left = WIDTH / 2 - ((colors.length - 1) * step + dot) / 2;
  return [
    text(dayInWords(date), face, 22, { ...style, left: MARGIN }),
    ...(colors.length < 2 ? [] : colors).map(({ art }, i): Node => ({
      type: "container",
      style: {
        position: "absolute",
        left: left + i * step,
        top: HEIGHT - FOOTER + 34,
        width: dot,
        height: dot,
        borderRadius: dot / 2,
        backgroundColor: art,
      },
    })),
    text(countInWords(colors.length), face, 22, { ...style, right: MARGIN }),
  ];
}

function text(
  text: string,
  face: Face,
  size: number,
  style: Record<string, string | number>,
): Node {
  return {
    type: "text",
    text,
    style: { ...faceStyle(face, size), position: "absolute", ...style },
  };
}
