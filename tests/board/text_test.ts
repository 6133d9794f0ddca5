import { assert, assertEquals, assertLess } from "@std/assert";
import { joinWords } from "../../supabase/functions/_board/text/lines.ts";
import { loadFonts } from "../../supabase/functions/_board/text/fonts.ts";
import {
  countInWords,
  dayInWords,
  titleFor,
  yearFor,
} from "../../supabase/functions/_board/text/wording.ts";
import { measureWords } from "../../supabase/functions/_board/text/measure.ts";
import { shapeLine } from "../../supabase/functions/_board/text/shape_line.ts";
import { clean } from "./support/boards.ts";

const fonts = await loadFonts();

Deno.test("a cleaned text is one line without controls, bidi overrides and zero-width characters", () => {
  assertEquals(clean(" a\n\tb\u0000c \u202Ed\u2066\u200Be\uFEFF\u00AD ").text, "a b c de");
});

Deno.test("emoji leave the text and are returned whole", () => {
  assertEquals(clean("Run 🏃🏽‍♀️ to 🇯🇵 with 👨‍👩‍👧‍👦!"), {
    text: "Run to with\u00A0!",
    emoji: ["🏃🏽‍♀️", "🇯🇵", "👨‍👩‍👧‍👦"],
    missing: 0,
  });
  assertEquals(clean("1️⃣ first © me ❤").text, "1 first © me");
});

Deno.test("marks beyond two in a row go, and a mark that no font puts on its letter is counted", () => {
  assertEquals(clean("á" + "\u0301".repeat(9)).text, "á\u0301\u0301");
  assertEquals(clean("x\u0302"), { text: "x", emoji: [], missing: 1 });
  assertEquals(
    clean("Ω\u0303"),
    { text: "Ω", emoji: [], missing: 1 },
    "the tilde is in another slice",
  );
  assertEquals(clean("r\u0303").missing, 0);
});

Deno.test("Latin, Vietnamese, Cyrillic and Greek are covered; what is not is counted", () => {
  assertEquals(
    clean("Žluťoučký kůň, Tiếng Việt, Привіт їжак, Ελληνικά ἄ, İstanbul, ßẞ, 5 €").missing,
    0,
  );
  assertEquals(clean("学 Chinese"), { text: "Chinese", emoji: [], missing: 1 });
});

Deno.test("a text that its face cannot draw is set in one that can, as a whole", () => {
  assertEquals(fonts.stackFor("Zoë’s vision", "Fraunces"), ["Fraunces"]);
  assertEquals(fonts.stackFor("Łucja Kościuszko’s vision", "Fraunces"), ["Fraunces"]);
  assertEquals(fonts.stackFor("Анна’s vision", "Fraunces"), ["Noto"]);
});

Deno.test("accents sit on their letters", () => {
  for (const family of ["Bricolage", "Fraunces", "Noto"] as const) {
    const face = { families: [family], weight: 700, tracking: 0 };
    /** In ems, from the line's start. */
    const rightmost = (text: string) =>
      Math.max(
        ...shapeLine(text, face, fonts).glyphs.flatMap(({ outline, x }) => {
          const ends: number[] = [];
          for (let i = 0; i < outline.length; i += 1 + 2 * [1, 1, 2, 3, 0][outline[i]!]!) {
            if (outline[i] !== 4) ends.push(x + outline[i + 1]!);
          }
          return ends;
        }),
      );
    for (const letter of "āćīńśźōũẁẃÿầấẫềồừỳǻ") {
      if (!fonts.draws(letter, [family])) continue;
      const plain = letter.normalize("NFD").slice(0, -1).normalize("NFC");
      assertLess(rightmost(letter) - rightmost(plain), 0.2, `${letter} in ${family}`);
    }
  }
});

Deno.test("words are measured as they are drawn, parts of hyphenated ones apart", () => {
  const face = { families: ["Bricolage"], weight: 700, tracking: 0 } as const;
  const [none, text] = measureWords([{ text: "", face }, { text: "well-being iii", face }], fonts);
  assertEquals(none?.words, []);
  assertEquals(text?.words.map((word) => word.text), ["well-", "being", "iii"]);
  assertEquals(joinWords(text?.words ?? []), "well-being iii");
  const [, being, i] = text?.words.map((word) => word.width) ?? [];
  assert(being && i && being > 2 && i < 1, "widths are in multiples of the size");
});

Deno.test("title, day, year and count are put in words", () => {
  assertEquals([titleFor(""), titleFor("Ava")], ["Vision board", "Ava’s vision"]);
  assertEquals(dayInWords(new Date("2026-11-23T23:30:00Z")), "23 November 2026");
  const years = ["2026-09-30T23:59:59Z", "2026-10-01T00:00:00Z"].map((date) =>
    yearFor(new Date(date))
  );
  assertEquals(years, [2026, 2027]);
  assertEquals([countInWords(1), countInWords(8)], [
    "One goal, all in",
    "8 goals, one at a time",
  ]);
});
