import { type Choice, chooseIllustrations } from "../choose/choose_illustrations.ts";
import type { Asset } from "../engine/asset.ts";
import { drawableText } from "../text/drawable_text.ts";
import { PACK_FILES, packsFor, type Texts } from "../text/font_packs.ts";
import { ILLUSTRATION_FILES } from "./illustration_group.ts";

/** The assets that a board needs, each once: font packs, then illustrations. Starts no engine. */
export async function assetsFor(texts: Texts): Promise<Asset[]> {
  const shown = (await choicesFor(texts.goals)).flatMap(({ illustrations }) => illustrations);
  return [
    ...packsFor(texts).map((pack) => PACK_FILES[pack]),
    ...[...new Set(shown)].map((emoji) => ILLUSTRATION_FILES[emoji]!),
  ];
}

/** A choice for each goal: from all letters that were typed, not from what the fonts at hand can draw. */
export const choicesFor = (goals: readonly string[]): Promise<Choice[]> =>
  chooseIllustrations(goals.map((goal) => drawableText(goal, () => true)));
