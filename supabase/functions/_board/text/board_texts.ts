import { type DrawableText, drawableText } from "./drawable_text.ts";
import { CAPTION_LEADING, type Face, faceFor, isolate, type Run, TITLE_LEADING } from "./face.ts";
import { EMBEDDED, type Family, type Pack, type Packs } from "./font_families.ts";
import { planPacks, type Texts, usablePacks } from "./font_packs.ts";
import type { Fonts } from "./fonts.ts";
import { titleFor } from "./wording.ts";

/** A board's texts, cleaned, each with the face to set it in. */
export interface BoardTexts {
  readonly goals: readonly DrawableText[];
  readonly title: Run;
  readonly tag: Run;
  /** By goal. */
  readonly captions: readonly Run[];
  /** Who took each goal's photograph; empty where there is none. */
  readonly credits: readonly Run[];
  /** How many characters were left out because no font at hand draws them. */
  readonly missing: number;
}

/** Cleans a board's texts and chooses their faces; what would need a pack that is not given is left out. */
export function setTexts(
  input: Texts & { readonly packs?: Packs; readonly credits?: readonly string[] },
  fonts: Fonts,
): BoardTexts {
  const raw = [...input.goals, input.name ?? "", input.rank_tag ?? ""];
  const usable = usablePacks(input.packs);
  const packs = planPacks(raw).map((plan) => plan.filter((pack) => usable.includes(pack)));
  const texts = raw.map((text, i) =>
    drawableText(text, (character) => fonts.draws(character, [...EMBEDDED, ...packs[i] ?? []]))
  );
  const goals = texts.slice(0, -2);
  const [name, tag] = texts.slice(-2) as [DrawableText, DrawableText];
  const [namePacks = [], tagPacks = []] = packs.slice(-2);

  const run = (
    text: string,
    family: Family,
    packs: readonly Pack[],
    face: Omit<Face, "families">,
  ) => ({ text, face: faceFor(text, { families: fonts.stackFor(text, family, packs), ...face }) });
  const titleText = titleFor(isolate(name.text));
  const title = run(titleText, "Fraunces", namePacks, {
    weight: 600,
    tracking: -0.02,
    leading: TITLE_LEADING,
  });
  return {
    goals,
    // The frame's language is English: it runs from the left, and its own letters come first.
    title: {
      ...title,
      face: { ...title.face, families: ownFirst(title.face.families), rtl: false },
    },
    tag: run(tag.text, "Bricolage", tagPacks, { weight: 700, tracking: 0 }),
    captions: goals.map(({ text }, i) =>
      run(text, "Bricolage", packs[i] ?? [], {
        weight: 700,
        tracking: -0.018,
        leading: CAPTION_LEADING,
      })
    ),
    credits: goals.map((_, i) =>
      run(creditFor(input.credits?.[i] ?? "", fonts), "Bricolage", [], {
        weight: 500,
        tracking: 0.005,
      })
    ),
    missing: texts.reduce((sum, { missing }) => sum + missing, 0),
  };
}

/** A stack with Fraunces, if it is there, at the front: or its apostrophe would be a Chinese one. */
const ownFirst = (families: readonly Family[]) =>
  families.toSorted((a, b) => Number(b === "Fraunces") - Number(a === "Fraunces"));

/** "Photo: Jane Doe / Pexels"; without a name that the embedded fonts draw, "Photo: Pexels". */
function creditFor(credit: string, fonts: Fonts): string {
  const draws = (character: string) => fonts.draws(character, EMBEDDED);
  const { text, missing } = drawableText(credit, draws);
  if (missing === 0) return text && `Photo: ${text}`;
  return `Photo: ${drawableText(credit.split("/").at(-1) ?? "", draws).text}`;
}
