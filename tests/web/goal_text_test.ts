/** Goals as the page splits and counts them, against what create-job itself makes of them. */
import { assertEquals } from "@std/assert";
import { readCreateRequest } from "../../supabase/functions/create-job/request.ts";
import {
  cleanText,
  lengthHint,
  lengthOf,
  LIMITS,
  splitGoals,
} from "../../web/src/state/goal_text.ts";

Deno.test("lists split into goals without their bullets and numbers", () => {
  const cases: [text: string, goals: string[]][] = [
    ["Run a marathon", ["Run a marathon"]],
    ["1. Run\n2. Swim\r\n\r\n3) Sleep", ["Run", "Swim", "Sleep"]],
    ["- Run\n* Swim\n• Sleep\n– Eat", ["Run", "Swim", "Sleep", "Eat"]],
    ["- [ ] Run\n- [x] Swim\n☐ Sleep\n✅ Eat", ["Run", "Swim", "Sleep", "Eat"]],
    ["a) Run\n(b) Swim", ["Run", "Swim"]],
    ["10 km in 50 minutes\n1.5 litres a day\n5k", [
      "10 km in 50 minutes",
      "1.5 litres a day",
      "5k",
    ]],
    ["  \n---\n\t", []],
    ["Run\n\u3164\n- \u200b\n\u0301", ["Run"]],
    ["✔️ Run\n☑️ Swim\n▪️ Sleep", ["Run", "Swim", "Sleep"]],
    ["・走る\n・ 泳ぐ", ["走る", "泳ぐ"]],
    ["1、走る\n２．泳ぐ\n３． 寝る", ["走る", "２．泳ぐ", "寝る"]],
    ["1. FC Köln live sehen", ["1. FC Köln live sehen"]],
    ["I. love lists", ["I. love lists"]],
    ["• Run", ["Run"]],
    ["A dog\n-5 kg", ["A dog", "-5 kg"]],
  ];
  for (const [text, goals] of cases) assertEquals(splitGoals(text), goals, text);
});

Deno.test("the page and create-job accept the same goals", async () => {
  const texts = [
    "x".repeat(200),
    "x".repeat(201),
    "🏔".repeat(200),
    "🏔".repeat(201),
    `  ${"é".repeat(200)}\u0000 `,
    `\ud800${"x".repeat(200)}`,
    "👩‍👩‍👧‍👦".repeat(28),
    "👩‍👩‍👧‍👦".repeat(29),
    " \u0007 ",
    "\u3164",
    "\u200b\u2060",
    "می\u200cخواهم",
  ];
  for (const text of texts) {
    const passes = lengthOf(text) > 0 && lengthOf(text) <= LIMITS.goal;
    const body = JSON.stringify({ goals: [text] });
    const request = new Request("http://localhost/", { method: "POST", body });
    const taken = await readCreateRequest(request, false).then(({ goals }) => goals, () => null);
    assertEquals(taken, passes ? [cleanText(text)] : null, JSON.stringify(text.slice(0, 20)));
  }
});

Deno.test("a hint says how many characters are left once there are few", () => {
  assertEquals(lengthHint("x".repeat(159), 200), "");
  assertEquals(lengthHint("x".repeat(160), 200), "40 left");
  assertEquals(lengthHint("x".repeat(203), 200), "3 too many");
});
