import { spell } from "../../supabase/functions/_board/spelling.ts";

/** A word of the reviewed lists. */
export interface Reviewed {
  readonly word: string;
  /** A name out of `THEMES`. */
  readonly theme: string;
  /** 3, 6 or 8: yields to others, as usual, before others. */
  readonly weight: number;
  /** Whether any ending may follow. */
  readonly open: boolean;
}

/**
 * The reviewed list of a language, words/<language>.txt: a theme, a colon, the words that call it. `_`
 * joins a phrase, a trailing `*` takes every ending, `~` is a word that yields to any other in the goal
 * ("learn to cook" is about cooking), `!` one that goes before. `stop` lists the words that tell nothing;
 * a goal's language is guessed by them, too.
 */
export function reviewedIn(language: string): { words: Reviewed[]; stop: ReadonlySet<string> } {
  const words: Reviewed[] = [];
  const stop = new Set<string>();
  for (const line of linesOf(language)) {
    const [theme = "", list = ""] = line.split(":");
    for (const entry of list.trim().split(/\s+/).filter(Boolean)) {
      const word = spell(entry.replaceAll("_", " "));
      if (word === "") throw new Error(`${language}: nothing is left of "${entry}".`);
      const marks = /[*~!]*$/.exec(entry)?.[0] ?? "";
      if (theme === "stop" && marks === "") stop.add(word);
      if (theme === "stop") continue;
      const weight = marks.includes("!") ? 8 : marks.includes("~") ? 3 : 6;
      words.push({ word, theme, weight, open: marks.includes("*") });
    }
  }
  return { words, stop };
}

function linesOf(language: string): string[] {
  try {
    const text = Deno.readTextFileSync(new URL(`./words/${language}.txt`, import.meta.url));
    return text.split("\n").filter((line) => line.includes(":"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
