import { assert, assertEquals } from "@std/assert";
import { choosePictures } from "../../supabase/functions/_board/pictures.ts";

/**
 * Goals as people type them, and whether the picture fits, by goals.tsv. `set`: "tuned" goals were written
 * before the words that serve them, and the words were then mended until they did; "held out" goals were
 * written after that and changed nothing. `verdict`: "fits", "near" (akin, not the thing), "neutral" (says
 * nothing in particular), "misfit" (says something else).
 *
 * After a change of the words, write the new picture into the row and judge it again.
 */
const ROWS = (await Deno.readTextFile(new URL("goals.tsv", import.meta.url))).trim().split("\n")
  .slice(1).map((line) => {
    const [language = "", set = "", goal = "", picture = "", verdict = ""] = line.split("\t");
    return { language, set, goal, picture, verdict };
  });

Deno.test("each goal of the table gets the picture that the table says", async () => {
  const wrong: string[] = [];
  for (const { goal, picture } of ROWS) {
    const [choice] = await choosePictures([{ text: goal, emoji: [] }]);
    const chosen = choice?.pictures[0];
    if (chosen !== picture) wrong.push(`${goal}: ${chosen}, not ${picture}`);
  }
  assertEquals(wrong, []);
});

Deno.test("the table has 300 goals and 60 held out, in 12 languages, each judged", () => {
  const count = (set: string) => ROWS.filter((row) => row.set === set).length;
  assertEquals([count("tuned"), count("held out"), ROWS.length], [300, 60, 360]);
  const languages = new Set(ROWS.map((row) => row.language));
  assertEquals(languages.size, 12);
  for (const language of languages) {
    assertEquals(ROWS.filter((row) => row.language === language).length, 30, language);
  }
  const verdicts = ["fits", "near", "neutral", "misfit"];
  assertEquals(ROWS.filter((row) => !verdicts.includes(row.verdict)), []);
});

Deno.test("nine of ten goals get a picture that fits", () => {
  const tuned = ROWS.filter((row) => row.set === "tuned");
  const share = tuned.filter((row) => row.verdict === "fits").length / tuned.length;
  assert(share >= 0.9, `${(100 * share).toFixed(1)} %`);
});
