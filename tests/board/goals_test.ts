import { assert, assertEquals } from "@std/assert";
import { chooseIllustrations } from "../../supabase/functions/_board/choose/choose_illustrations.ts";

/**
 * Goals as people type them, and whether the picture fits, by goals.tsv. `set`: "tuned" goals were written
 * before the words that serve them, and the words were then mended until they did; "held out" goals were
 * written after that and changed nothing. `verdict`: "fits", "near" (akin, not the thing), "neutral" (says
 * nothing in particular), "misfit" (says something else).
 *
 * After a change of the words, write the new illustration into the row and judge it again. Rows without a
 * verdict always fit. Their `set` says what they show: "common" goals, "inflected" ones in the languages of
 * the vocabulary, words that CLDR's annotations and country names "added", and words that mean what they
 * mean in the "language of the rest".
 */
const ROWS = (await Deno.readTextFile(new URL("goals.tsv", import.meta.url))).trim().split("\n")
  .slice(1).map((line) => {
    const [language = "", set = "", goal = "", picture = "", verdict = ""] = line.split("\t");
    return { language, set, goal, picture, verdict };
  });
const JUDGED = ROWS.filter((row) => row.verdict !== "");

Deno.test("each goal of the table gets the illustration that the table says", async () => {
  const wrong: string[] = [];
  for (const { goal, picture } of ROWS) {
    const [choice] = await chooseIllustrations([{ text: goal, emoji: [] }]);
    const chosen = choice?.illustrations[0];
    if (chosen !== picture) wrong.push(`${goal}: ${chosen}, not ${picture}`);
  }
  assertEquals(wrong, []);
});

Deno.test("the table has 300 goals and 60 held out, in 12 languages, each judged", () => {
  const count = (set: string) => JUDGED.filter((row) => row.set === set).length;
  assertEquals([count("tuned"), count("held out"), JUDGED.length], [300, 60, 360]);
  const languages = new Set(JUDGED.map((row) => row.language));
  assertEquals(languages.size, 12);
  for (const language of languages) {
    assertEquals(JUDGED.filter((row) => row.language === language).length, 30, language);
  }
  const verdicts = ["fits", "near", "neutral", "misfit"];
  assertEquals(JUDGED.filter((row) => !verdicts.includes(row.verdict)), []);
});

Deno.test("nine of ten goals get an illustration that fits", () => {
  const tuned = ROWS.filter((row) => row.set === "tuned");
  const share = tuned.filter((row) => row.verdict === "fits").length / tuned.length;
  assert(share >= 0.9, `${(100 * share).toFixed(1)} %`);
});
