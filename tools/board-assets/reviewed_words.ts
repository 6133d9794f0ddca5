import { spell } from "../../supabase/functions/_board/choose/spelling.ts";
import { TOPICS } from "../../supabase/functions/_board/choose/topics.ts";

/** A word of the reviewed lists. */
export interface Reviewed {
  readonly word: string;
  /** The place of its topic. */
  readonly target: number;
  /** 3, 6 or 8: yields to others, as usual, before others. */
  readonly weight: number;
  /** Whether any ending may follow. */
  readonly open: boolean;
}

const names = [...TOPICS.keys()];

/** The place of a topic among the targets of the vocabulary. */
export function targetOf(topic: string): number {
  const place = names.indexOf(topic);
  if (place < 0) throw new Error(`There is no topic "${topic}".`);
  return place;
}

/**
 * The reviewed list of a language, words/<language>.txt: a topic, a colon, the words that mean it. `_`
 * joins a phrase, a trailing `*` takes every ending, `~` is a word that yields to any other in the goal
 * ("learn to cook" is about cooking), `!` one that goes before. `stop` lists the words that tell nothing,
 * which also help to guess a goal's language.
 */
export function reviewedIn(language: string): { words: Reviewed[]; stop: ReadonlySet<string> } {
  const words: Reviewed[] = [];
  const stop = new Set<string>();
  for (const line of linesOf(language)) {
    const [topic = "", list = ""] = line.split(":");
    for (const entry of list.trim().split(/\s+/).filter(Boolean)) {
      const word = spell(entry.replaceAll("_", " "));
      if (word === "") throw new Error(`${language}: nothing is left of "${entry}".`);
      const marks = /[*~!]*$/.exec(entry)?.[0] ?? "";
      if (topic === "stop" && marks === "") stop.add(word);
      if (topic === "stop") continue;
      const weight = marks.includes("!") ? 8 : marks.includes("~") ? 3 : 6;
      words.push({ word, target: targetOf(topic), weight, open: marks.includes("*") });
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
