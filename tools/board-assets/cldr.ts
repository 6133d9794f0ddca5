import { spell } from "../../supabase/functions/_board/choose/spelling.ts";
import { TOPICS } from "../../supabase/functions/_board/choose/topics.ts";
import { read } from "./asset_module.ts";
import { targetOf } from "./reviewed_words.ts";

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

/** Languages that people learn. */
const LEARNED =
  "en es fr de it pt ru zh ja ko ar hi tr nl sv no da fi pl cs el he uk hu th vi id fa"
    .split(" ");

/** Countries that people wish to see or to live in, by how often they are visited or moved to. */
const COUNTRIES =
  ("us gb ca au de fr it es pt gr ch nl jp kr tr ae th ie br is cn in id vn my sg ph hk tw nz mx ar cl " +
    "co pe cu cr ec do ma eg tn za ke tz zm mu sc mg na sn ng et jo il lb qa sa om ir ge am az kz uz ru " +
    "ua by pl cz sk hu at be lu dk se no fi ee lv lt hr si rs me ba al bg ro cy mt mc mv lk np bt mm kh " +
    "la mn fj pf aq pk bd").split(" ");

/**
 * The countries and languages of the world, by their names in one language: a country whose flag we have
 * means its topic (weight 5), any other means travel (4), a language means learning one (7). From the
 * CLDR data in the runtime's own Intl.
 */
export function namesIn(language: string): { word: string; target: number; weight: number }[] {
  const regions = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const tongues = new Intl.DisplayNames(language, { type: "language", fallback: "none" });
  const named = (name: string | undefined, topic: string, weight: number) => {
    const word = spell(name ?? "");
    const usable = word.length > 1 && word.split(" ").length <= 4;
    return usable ? [{ word, target: targetOf(topic), weight }] : [];
  };
  return [
    ...LEARNED.flatMap((code) => named(tongues.of(code), "language", 7)),
    ...COUNTRIES.flatMap((code) => {
      const ours = TOPICS.get(code)?.illustrations[0] === flag(code.toUpperCase());
      return named(regions.of(code.toUpperCase()), ours ? code : "travel", ours ? 5 : 4);
    }),
  ];
}

const flag = (code: string) =>
  [...code].map((c) => String.fromCodePoint(0x1f1e6 + c.charCodeAt(0) - 65)).join("");
