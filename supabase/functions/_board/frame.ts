import type { Node } from "./takumi.d.ts";
import { firstLines, join, setLines, type SetText, sizes, type Words } from "./fit.ts";
import { FOOTER, HEADER, HEIGHT, MARGIN, WIDTH } from "./layout.ts";
import { type Face, faceStyle } from "./measure.ts";
import type { Hue, Palette } from "./palette.ts";
import { liftOf } from "./script.ts";

/** Line height of the title, in multiples of the size, unless its script needs another. */
export const TITLE_LEADING = 1.04;
const TAG = { height: 60, pad: 26, widest: 300, size: 28, smallest: 19 };

/** "Ava’s vision"; without a name, "Vision board". */
export function titleFor(name: string): string {
  return name === "" ? "Vision board" : `${name}’s vision`;
}

/**
 * The year that a board is for: its date's, and from October on the next, since that is when people
 * draw boards for the year to come.
 */
export function yearFor(date: Date): number {
  return date.getUTCFullYear() + (date.getUTCMonth() >= 9 ? 1 : 0);
}

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** The UTC day in words: "23 November 2026". */
export function dayInWords(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** "8 goals, one at a time". */
export function countInWords(goals: number): string {
  return goals === 1 ? "One goal, all in" : `${goals} goals, one at a time`;
}

/** The rank tag as it fits its pill: smaller first, then cut. `null` for an empty one. */
export function fitTag(text: Words): SetText | null {
  const whole = join(text.words);
  const width = text.words.reduce(
    (sum, word, i) => sum + word.width + (i === 0 || word.tight ? 0 : text.space),
    0,
  );
  if (whole === "") return null;
  const size = Math.max(TAG.smallest, Math.min(TAG.size, TAG.widest / width));
  const line = { size, height: TAG.height };
  if (width * size <= TAG.widest + 0.5) return { ...line, lines: [whole], width: width * size };
  let kept = "";
  let room = TAG.widest / size - 1; // em, less what the ellipsis takes at most
  for (const word of text.words) {
    for (
      const char of [
        ...(kept === "" || word.tight ? [] : [{ text: " ", width: text.space }]),
        ...word.chars,
      ]
    ) {
      room -= char.width;
      if (room < 0) return { ...line, lines: [kept.trimEnd() + "…"], width: TAG.widest };
      kept += char.text;
    }
  }
  return { ...line, lines: [kept], width: TAG.widest };
}

/** The year line, the title and the tag's pill. */
export function header(
  palette: Palette,
  year: number,
  title: { readonly words: Words; readonly face: Face },
  tag: { readonly set: SetText | null; readonly face: Face },
): Node[] {
  const pill = tag.set ? tag.set.width + 2 * TAG.pad : 0;
  const room = WIDTH - 2 * MARGIN - (pill ? pill + 36 : 0);
  const tallest = 116;
  const leading = title.words.leading ?? TITLE_LEADING;
  const set = fitTitle(title.words, room, tallest);
  const lineTop = 30;
  const top = lineTop + 34 + (tallest - set.height) / 2 - liftOf(title.face) * set.size;
  const nodes: Node[] = [
    text(`${year}  ·  MY GOALS`, { families: ["Bricolage"], weight: 700, tracking: 0.22 }, 22, {
      left: MARGIN,
      top: lineTop,
      color: palette.accent,
    }),
    ...set.lines.map((line, i) =>
      text(line, title.face, set.size, {
        left: MARGIN - set.size * 0.02,
        top: top + i * set.size * leading,
        lineHeight: leading,
        color: palette.ink,
      })
    ),
  ];
  if (tag.set) {
    nodes.push({
      type: "container",
      style: {
        position: "absolute",
        right: MARGIN,
        top: (HEADER - TAG.height) / 2,
        width: pill,
        height: TAG.height,
        display: "flex",
        alignItems: "center",
        justifyContent: "center",
        borderRadius: TAG.height / 2,
        backgroundColor: palette.ink,
        transform: "rotate(3deg)",
      },
      children: [{
        type: "text",
        text: tag.set.lines[0] ?? "",
        style: { ...faceStyle(tag.face, tag.set.size), color: palette.paper[0] },
      }],
    });
  }
  return nodes;
}

/** The title in the fewest lines that keep it large, words cut only when nothing else fits. */
function fitTitle(words: Words, width: number, tallest: number): SetText {
  const leading = words.leading ?? TITLE_LEADING;
  for (const breakWords of [false, true]) {
    for (const size of sizes(104, breakWords ? 16 : 34)) {
      const set = setLines(words, size, width, leading, breakWords);
      if (set && set.height <= tallest) return set;
    }
  }
  // No name of 80 letters, but one of 80 ligatures as wide as a sentence: "﷽".
  const set = setLines(words, 16, width, leading, true) as SetText;
  return firstLines(set, Math.floor(tallest / (16 * leading)), leading);
}

/** The day, a dot in its tile's colour for each goal, and the count. */
export function footer(palette: Palette, date: Date, hues: readonly Hue[]): Node[] {
  const face: Face = { families: ["Bricolage"], weight: 700, tracking: 0 };
  const style = { top: HEIGHT - FOOTER + 25, color: palette.faint };
  const dot = 10;
  const step = 19;
  const left = WIDTH / 2 - ((hues.length - 1) * step + dot) / 2;
  return [
    text(dayInWords(date), face, 22, { ...style, left: MARGIN }),
    ...(hues.length < 2 ? [] : hues).map((hue, i): Node => ({
      type: "container",
      style: {
        position: "absolute",
        left: left + i * step,
        top: HEIGHT - FOOTER + 34,
        width: dot,
        height: dot,
        borderRadius: dot / 2,
        backgroundColor: hue.art,
      },
    })),
    text(countInWords(hues.length), face, 22, { ...style, right: MARGIN }),
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
