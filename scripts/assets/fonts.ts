import type { Family, FontSlice } from "../../supabase/functions/_shared/board/fonts.ts";
import { cmapOf } from "./cmap.ts";
import { toRanges } from "./ranges.ts";
import { base64, dataModule, read } from "./source.ts";

/** The slices to embed: family, file with `*` for the script, scripts, weight of a static font. */
const FONTS: readonly [Family, string, string[], number?][] = [
  [
    "Bricolage",
    "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-*-wght-normal.woff2",
    [
      "latin",
      "latin-ext",
      "vietnamese",
    ],
  ],
  // With the optical size axis: its large cut is what makes a headline of Fraunces.
  ["Fraunces", "@fontsource-variable/fraunces/files/fraunces-*-opsz-normal.woff2", [
    "latin",
    "latin-ext",
    "vietnamese",
  ]],
  ["Noto", "@fontsource/noto-sans/files/noto-sans-*-700-normal.woff2", [
    "latin",
    "latin-ext",
    "vietnamese",
    "cyrillic",
    "cyrillic-ext",
    "greek",
    "greek-ext",
  ], 700],
  ...["Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Thai"].map((
    script,
  ): [Family, string, string[], number] => {
    const name = script.toLowerCase();
    return [
      script as Family,
      `@fontsource/noto-sans-${name}/files/noto-sans-${name}-*-700-normal.woff2`,
      [name],
      700,
    ];
  }),
];

/** The embedded fonts: their files. */
export function fontsModule(): [string, string][] {
  const slices = FONTS.flatMap(([family, path, scripts, weight]) =>
    scripts.map((script): FontSlice => {
      const data = read(path.replace("*", script));
      const points = cmapOf(data).filter((point) =>
        weight ? isOurs(point, script) : !isMark(point)
      );
      return { family, weight, covers: toRanges(points), data: base64(data) };
    })
  );
  const type = `import type { FontSlice } from "../fonts.ts";\n`;
  return dataModule("fonts", slices, "readonly FontSlice[]", type);
}

/**
 * Combining marks, of which only the Noto families may claim any. Takumi chooses a slice by a letter's canonical parts:
 * with U+0304 in the Latin slice it draws "ā" from there as "a" and a macron, and these two fonts have
 * anchors for the macron in their Latin Extended slice only. It would hang beside the letter.
 */
const isMark = (point: number) => /\p{M}/u.test(String.fromCodePoint(point));

/**
 * Whether a slice of Noto may claim a point: of punctuation and the marks that any script may bear, only what
 * belongs to the slice's own script. U+0303 in Thai's slice would make "ñ" Thai. No controls but the joiners:
 * the engine looks for Arabic's number signs, U+0600 and on, in the first family only. Nor the notes for
 * reciting the Quran that are whole words above a letter, wider than it and higher than a line.
 */
function isOurs(point: number, script: string): boolean {
  if (/^(latin|vietnamese|cyrillic|greek)/.test(script)) return true;
  if (/\p{Cf}/u.test(String.fromCodePoint(point))) return point === 0x200c || point === 0x200d;
  if ((point >= 0x898 && point <= 0x89f) || (point >= 0x8d4 && point <= 0x8df)) return false;
  return point === 0x20 || point === 0xa0 || point >= 0x590;
}
