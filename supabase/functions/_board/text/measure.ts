import type { Run } from "./face.ts";
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
