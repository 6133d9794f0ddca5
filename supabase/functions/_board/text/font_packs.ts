import { COVERAGE, PACK_FILES, SIMPLIFIED } from "../assets/packs.ts";
import type { Assets } from "../engine/asset.ts";
import { fromBase64 } from "../engine/unpack.ts";
import { foldWidth } from "./drawable_text.ts";
import { Coverage, HAN_FIRST, HAN_LAST, hasHan } from "./coverage.ts";
import type { Pack, Packs } from "./font_families.ts";

export { PACK_FILES };

/** The texts of a board that people typed. */
export interface Texts {
  readonly goals: readonly string[];
  readonly name?: string | null;
  readonly rank_tag?: string | null;
}

interface Need {
  readonly han: ReadonlySet<number>;
  readonly kana: boolean;
  readonly hangul: boolean;
  readonly bopomofo: boolean;
  /** Beyond doubt: Japanese has none of these without kana, and writes no sentence in Han alone. */
  readonly chinese: boolean;
}

type HanPack = Exclude<Pack, "KR">;

let read: { covers: Record<HanPack, Coverage>; simplified: Uint8Array } | undefined;

function readCoverage() {
  const of = (pack: HanPack) => new Coverage(COVERAGE[pack][0] ?? { covers: "", han: "" });
  return read ??= {
    covers: { SC: of("SC"), TC: of("TC"), JP: of("JP") },
    simplified: fromBase64(SIMPLIFIED),
  };
}

/**
 * The packs that a board needs, in a fixed order. Pure; costs well under a millisecond, and opens no font.
 * A board of other scripts needs none.
 */
export function packsFor(texts: Texts): Pack[] {
  const plan = planPacks([...texts.goals, texts.name ?? "", texts.rank_tag ?? ""]).flat();
  return (["SC", "TC", "JP", "KR"] as const).filter((pack) => plan.includes(pack));
}

/**
 * The packs of each text, the best first.
 *
 * Kana is Japanese, Hangul Korean, Bopomofo traditional. Han looks different in each language, so that a
 * text of nothing else takes the first pack that has all of it: Japanese before the others if kana is
 * anywhere on the board and the text may be Japanese, else simplified, traditional, Japanese (traditional
 * first beside Hangul, as Korea's Han are). To take part, simplified must have a character in its standard
 * and not only in the font, which draws traditional ones too, the mainland's way. What several packs could
 * draw follows the board's other texts. Only a text that no pack has all of takes several.
 */
export function planPacks(texts: readonly string[]): Pack[][] {
  const needs = texts.map(needOf);
  const kana = needs.some((need) => need.kana);
  const hangul = needs.some((need) => need.hangul);
  const orderFor = (need: Need): HanPack[] => {
    if (need.bopomofo) return ["TC", "SC"];
    if (kana && !need.chinese && !need.hangul) return ["JP", "SC", "TC"];
    return hangul ? ["TC", "JP", "SC"] : ["SC", "TC", "JP"];
  };
  const options = needs.map((need): HanPack[] => {
    if (need.kana) return ["JP"];
    const order = orderFor(need);
    return need.han.size > 0
      ? packsWithAll(need.han, order)
      : need.bopomofo
      ? order.slice(0, 1)
      : [];
  });
  const open = options.filter(([first]) => first !== undefined && first !== "JP");
  const common = open[0]?.filter((pack) => open.every((packs) => packs.includes(pack))) ?? [];
  const settled = [...common.slice(0, 1), ...options.flatMap((o) => o.length === 1 ? o : [])];
  return needs.map((need, i) => {
    const could = options[i] ?? [];
    const agreed = settled.find((pack) => could.includes(pack));
    const chosen = could[0] === "JP" ? "JP" : agreed ?? could[0];
    const packs: Pack[] = [...need.hangul ? ["KR" as const] : [], ...chosen ? [chosen] : []];
    return [...packs, ...packsForTheRest(need.han, chosen)];
  });
}

function needOf(raw: string): Need {
  const text = foldWidth(raw);
  const han = text.match(/\p{Script=Han}/gu) ?? [];
  const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
  return {
    han: new Set(han.map((char) => char.codePointAt(0) ?? 0)),
    kana,
    hangul: /\p{Script=Hangul}/u.test(text),
    bopomofo: /\p{Script=Bopomofo}/u.test(text),
    chinese: !kana && (han.length > 12 || /[，；你妳她們们這这吗嗎哪]/u.test(text)),
  };
}

/** The packs that have all of it, in the language's own shapes if any has. */
function packsWithAll(han: ReadonlySet<number>, order: readonly HanPack[]): HanPack[] {
  const { covers, simplified } = readCoverage();
  const all = order.filter((pack) => [...han].every((point) => covers[pack].has(point)));
  const isHan = (point: number) => point >= HAN_FIRST && point <= HAN_LAST; // and not 々 or 〇
  const own = all.filter((pack) =>
    pack !== "SC" || [...han].every((point) => !isHan(point) || hasHan(simplified, point))
  );
  return own.length > 0 ? own : all;
}

/** The packs for what the chosen one lacks: again and again the one that has the most of it. */
function packsForTheRest(han: ReadonlySet<number>, chosen: Pack | undefined): HanPack[] {
  const { covers } = readCoverage();
  const packs: HanPack[] = [];
  let rest = [...han].filter((point) => !chosen || !covers[chosen as HanPack].has(point));
  while (rest.length > 0) {
    const has = (pack: HanPack) => rest.filter((point) => covers[pack].has(point)).length;
    const [best] = (["SC", "TC", "JP"] as const).toSorted((a, b) => has(b) - has(a));
    if (!best || has(best) === 0) break;
    packs.push(best);
    rest = rest.filter((point) => !covers[best].has(point));
  }
  return packs;
}

/**
 * The fonts in a pack's file: "FONT", then for each its length in four bytes, the highest first, and its
 * TrueType in Brotli. Empty if the file is none, or was cut short on its way.
 */
export function splitPack(file: Uint8Array = new Uint8Array()): Uint8Array[] {
  const fonts: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4 || view.getUint32(0) !== 0x464f4e54) return [];
  for (let at = 4; at < file.length;) {
    const end = at + 4 <= file.length ? at + 4 + view.getUint32(at) : Infinity;
    if (end > file.length) return [];
    fonts.push(file.subarray(at + 4, end));
    at = end;
  }
  return fonts;
}

/** The font packs among a board's assets. */
export const packsAmong = (assets: Assets): Packs =>
  Object.fromEntries(
    Object.entries(PACK_FILES).flatMap(([pack, { hash }]) => {
      const file = assets.get(hash);
      return file ? [[pack, file]] : [];
    }),
  );

/** Those of a board's packs whose file has all fonts that it should have. */
export function usablePacks(packs: Packs = {}): Pack[] {
  return (Object.keys(COVERAGE) as Pack[]).filter((pack) =>
    splitPack(packs[pack]).length === COVERAGE[pack].length
  );
}
