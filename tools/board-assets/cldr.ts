import { spell } from "../../supabase/functions/_board/spelling.ts";
import { read } from "./source.ts";

/** What CLDR says of an emoji in one language, spelled as `spell` does. */
export interface Annotation {
  /** The words of its name. */
  readonly name: readonly string[];
  /** Its keywords: single words, and phrases of two or three where the language is not English. */
  readonly keywords: readonly string[];
}

/** An emoji as CLDR's annotations name it: without variation selectors. */
export const plain = (emoji: string) => emoji.replaceAll("\uFE0F", "");

interface Source {
  readonly annotations: {
    readonly annotations: Record<string, { default?: string[]; tts?: string[] }>;
  };
}

const known = new Map<string, ReadonlyMap<string, Annotation>>();

/** CLDR's annotations of all emoji. English phrases ("on your mark") are more noise than meaning. */
export function annotationsIn(language: string): ReadonlyMap<string, Annotation> {
  const found = known.get(language);
  if (found) return found;
  const path = `cldr-annotations-full/annotations/${language}/annotations.json`;
  const { annotations } = (JSON.parse(new TextDecoder().decode(read(path))) as Source).annotations;
  const longest = language === "en" ? 1 : 3;
  const result = new Map(
    Object.entries(annotations).filter(([emoji]) => /\p{Extended_Pictographic}/u.test(emoji)).map((
      [emoji, { default: keywords = [], tts = [] }],
    ) => [emoji, {
      name: tts.flatMap((name) => [spell(name), ...spell(name).split(" ")])
        .filter((word) => word.split(" ").length <= longest),
      keywords: keywords.map(spell).filter((word) => word.split(" ").length <= longest),
    }]),
  );
  known.set(language, result);
  return result;
}
