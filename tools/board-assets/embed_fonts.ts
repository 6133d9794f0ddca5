import { type Family, SCRIPTS } from "../../supabase/functions/_board/text/font_families.ts";
import type { FontSlice } from "../../supabase/functions/_board/text/fonts.ts";
import { base64, brotli, dataModule, type Files, read } from "./asset_module.ts";
import { codePointsOf, toRanges } from "./code_points.ts";
import { type Instance, unpackFont } from "./unpack_font.ts";

/** What to embed: family, file with `*` for the script, scripts, and of a variable font the instances. */
type Source = [Family, string, string[], Instance[]?];

/** Of static fonts only the bold ones are embedded. */
const BOLD = 700;

const SOURCES: readonly Source[] = [
  [
    "Bricolage",
    "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-*-wght-normal.woff2",
    ["latin", "latin-ext", "vietnamese"],
    [{ wght: 700 }, { wght: 500 }],
  ],
  // The large optical size: its thin strokes are what makes a headline of Fraunces.
  [
    "Fraunces",
    "@fontsource-variable/fraunces/files/fraunces-*-opsz-normal.woff2",
    ["latin", "latin-ext", "vietnamese"],
    [{ wght: 600, opsz: 72 }],
  ],
  [
    "Noto",
    "@fontsource/noto-sans/files/noto-sans-*-700-normal.woff2",
    "latin latin-ext vietnamese cyrillic cyrillic-ext greek greek-ext".split(" "),
  ],
  ...SCRIPTS.map((family): Source => {
    const name = family.toLowerCase();
    return [
      family,
      `@fontsource/noto-sans-${name}/files/noto-sans-${name}-*-700-normal.woff2`,
      [name],
    ];
  }),
];

/** The embedded fonts: their files. */
export async function embedFonts(): Promise<Files> {
  const slices: FontSlice[] = [];
  for (const [family, path, scripts, instances] of SOURCES) {
    for (const script of scripts) {
      const font = read(path.replace("*", script));
      const covers = toRanges(
        (await codePointsOf(font))
          .filter((point) => instances ? !isMark(point) : isOurs(point, script)),
      );
      for (const instance of instances ?? [undefined]) {
        const data = base64(brotli(await unpackFont(font, instance)));
        slices.push({ family, weight: instance?.wght ?? BOLD, covers, data });
      }
    }
  }
  return dataModule("font_slices", slices);
}

/**
 * Combining marks, of which only the Noto families may claim any: our own two have anchors for few of
 * them, and a mark without one would hang beside its letter.
 */
const isMark = (point: number) => /\p{M}/u.test(String.fromCodePoint(point));

/**
 * Whether a slice of Noto may claim a point: of punctuation and the marks that any script may bear, only
 * what belongs to the slice's own script. U+0303 in Thai's slice would make "ñ" Thai. No controls but the
 * joiners. Nor the notes for reciting the Quran that are whole words above a letter, wider than it and
 * higher than a line.
 */
function isOurs(point: number, script: string): boolean {
  if (/^(latin|vietnamese|cyrillic|greek)/.test(script)) return true;
  if (/\p{Cf}/u.test(String.fromCodePoint(point))) return point === 0x200c || point === 0x200d;
  if ((point >= 0x898 && point <= 0x89f) || (point >= 0x8d4 && point <= 0x8df)) return false;
  return point === 0x20 || point === 0xa0 || point >= 0x590;
}
