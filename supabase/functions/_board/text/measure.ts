import type { Renderer } from "../engine/takumi.d.ts";
import { type Face, faceStyle, type Run } from "./face.ts";
import { FALLBACK } from "./font_families.ts";
import type { Fonts } from "./fonts.ts";
import { atomsOf, wordsOf } from "./segments.ts";
import { widthOf } from "./shape_line.ts";

/** A word and how wide it is, in multiples of the font size. */
export interface Word {
  readonly text: string;
  readonly width: number;
  /** Whether it follows the word before without a space, as the second half of "check-up" does. */
  readonly tight?: boolean;
  /** What follows where a line ends with it: the hyphen or joiner of a part of a cut word. In its width. */
  readonly ending?: string;
  /** The width of each character with its marks, alone: for breaking the word where nothing else helps. */
  readonly chars: readonly { readonly text: string; readonly width: number }[];
}

/** Words in reading order, and the space between two, in multiples of the font size. */
export interface Words {
  readonly words: readonly Word[];
  readonly space: number;
  /** The line height that their script needs, in multiples of the size; none if any will do. */
  readonly leading?: number;
}

/** The size that words are measured at; advances are linear, so any size is a multiple. */
const EM = 100;

/**
 * The widths of all words of all runs, shaped by the engine in one call (2 ms for a full board). The board
 * then breaks its lines itself, and knows where every word ends. Empty words are not asked for: the engine
 * leaves them out of its answer, and all after them would shift.
 */
export async function measure(renderer: Renderer, runs: readonly Run[]): Promise<Words[]> {
  const wanted = new Map<string, { text: string; face: Face }>();
  const key = (text: string, face: Face) => JSON.stringify([face, text]);
  const want = (text: string, face: Face) => wanted.set(key(text, face), { text, face });
  for (const { text, face } of runs) {
    want("n n", face);
    want("nn", face);
    for (const { word } of wordsOf(text)) {
      want(word, face);
      for (const char of atomsOf(word)) want(char, face);
    }
  }
  const asked = [...wanted.entries()];
  const { children } = await renderer.measure({
    type: "container",
    // Wider than any word of 200 characters, or the engine would wrap what it measures.
    style: { display: "flex", flexDirection: "column", alignItems: "flex-start", width: 400 * EM },
    children: asked.map(([, { text, face }]) => ({
      type: "text",
      text,
      style: faceStyle(face, EM),
    })),
  }, { images: [], fontFamilies: FALLBACK });
  if (children.length !== asked.length) {
    throw new Error("The engine measured other words than asked.");
  }
  const widths = new Map(
    asked.map(([key], i) => [
      key,
      (children[i]?.runs ?? []).reduce((sum, run) => Math.max(sum, run.x + run.width), 0) / EM,
    ]),
  );
  const widthOf = (text: string, face: Face) => widths.get(key(text, face)) ?? 0;
  return runs.map(({ text, face }) => ({
    space: widthOf("n n", face) - widthOf("nn", face),
    words: wordsOf(text).map(({ word, tight }): Word => ({
      text: word,
      tight,
      width: widthOf(word, face),
      chars: atomsOf(word).map((char) => ({ text: char, width: widthOf(char, face) })),
    })),
    ...(face.leading ? { leading: face.leading } : {}),
  }));
}

/**
 * The widths of all words of all runs. The board then breaks its lines itself, and knows where every word
 * ends. Few words are ever cut, so that their characters are measured when somebody asks.
 */
export function measureWords(runs: readonly Run[], fonts: Fonts): Words[] {
  return runs.map(({ text, face }) => {
    const width = (part: string) => widthOf(part, face, fonts);
    return {
      space: width("n n") - width("nn"),
      words: wordsOf(text).map(({ word, tight }): Word => {
        let chars: Word["chars"] | undefined;
        return {
          text: word,
          tight,
          width: width(word),
          get chars() {
            return chars ??= atomsOf(word).map((char) => ({ text: char, width: width(char) }));
          },
        };
      }),
      ...(face.leading ? { leading: face.leading } : {}),
    };
  });
}
