import { assert, assertEquals, assertRejects } from "@std/assert";
import { type BoardInput, drawBoard, imageSize } from "../../supabase/functions/_board/mod.ts";
import { sampleGoals } from "../../tools/commands/lib/samples.ts";
import { board, sameBytes } from "./support/boards.ts";

const GOALS = [
  ...sampleGoals,
  "Meditate every morning",
  "Launch my own startup",
  "Sleep eight hours",
  "Dance 💃",
];

const draw = (goals: readonly string[], more: Partial<BoardInput> = {}) =>
  drawBoard(board(goals, { name: "Ava", ...more }));

const SCREEN = { width: 1080, height: 1350 };

Deno.test("a board is a JPEG of 1080 by 1350 pixels and less than 300 KB", async () => {
  const { bytes, ...told } = await draw(GOALS.slice(0, 8));
  assertEquals(imageSize(bytes), SCREEN);
  assertEquals(told, { ...SCREEN, contentType: "image/jpeg", missing: 0, unreadable: 0 });
  assert(bytes.length < 300_000, `${bytes.length} bytes`);
});

Deno.test("the same input draws the same bytes, also at the same time and after other boards", async () => {
  const inputs = [GOALS.slice(0, 3), ["Выучить язык", "Tiếng Việt"]];
  const together = await Promise.all(inputs.map((goals) => draw(goals)));
  for (const [i, goals] of [...inputs.entries()].reverse()) {
    assert(sameBytes((await draw(goals)).bytes, together[i]?.bytes), goals[0]);
  }
});

Deno.test("goals, their order, name, tag, theme and day change the board", async () => {
  const goals = GOALS.slice(0, 2);
  const { bytes } = await draw(goals);
  assert(!sameBytes((await draw([...goals].reverse())).bytes, bytes));
  assert(
    !sameBytes((await draw(["Run a marathon in under five hours", goals[1] ?? ""])).bytes, bytes),
  );
  for (
    const change of [{ name: "Noor" }, { rank_tag: "@ava" }, { theme: "dark" as const }, {
      date: new Date("2026-11-24T00:00:00Z"),
    }]
  ) assert(!sameBytes((await draw(goals, change)).bytes, bytes), JSON.stringify(change));
});

Deno.test("only the UTC day of the date counts", async () => {
  const [morning, night] = ["2026-11-23T00:00:00Z", "2026-11-23T23:59:59Z"].map((date) =>
    new Date(date)
  );
  const { bytes } = await draw(["Walk"], { date: morning });
  assert(sameBytes((await draw(["Walk"], { date: night })).bytes, bytes));
});

for (const theme of ["light", "dark"] as const) {
  Deno.test(`1 to 12 goals draw in the ${theme} theme`, async () => {
    for (let count = 1; count <= 12; count++) {
      const { bytes } = await draw(GOALS.slice(0, count), { theme, rank_tag: "@ava" });
      assertEquals(imageSize(bytes), SCREEN);
    }
  });
}

Deno.test("no goal, 13 goals and an invalid date are refused", async () => {
  await assertRejects(() => draw([]), RangeError, "1 to 12");
  await assertRejects(() => draw([...GOALS, "one more"]), RangeError, "not 13");
  await assertRejects(() => draw(["Walk"], { date: new Date("never") }), RangeError, "date");
});

Deno.test("whatever people type is drawn", async () => {
  const { bytes } = await draw(
    [
      "🏃",
      "👩‍👩‍👧 🇯🇵 🫠",
      "Z̷̡̛̛̥̲̀a̶̢l̴g̸o",
      "\u0000\u001b[31mred\u0007 \u202Eevil\u202C \u200B\u200B\u200B",
      "W".repeat(200),
      "<b>&amp; <script>alert(1)</script> ${x} url(x)",
      "ab ".repeat(66),
      "\ud800 lonely",
      " ",
      "a",
      "שלום",
      "Donaudampfschifffahrtsgesellschaftskapitän",
    ],
    {
      name: "Maximiliana-Aurélie ".repeat(4),
      rank_tag: "Grandmaster of absolutely everything 123",
    },
  );
  assertEquals(imageSize(bytes), SCREEN);
});

Deno.test("characters without a font are counted and not drawn", async () => {
  const plain = await draw(["Read"]);
  const odd = await draw(["Read \u{10330}\u{2A6D6}"]);
  assertEquals(odd.missing, 2);
  assert(sameBytes(odd.bytes, plain.bytes));
  const invisible = await draw(["Re\u200Bad\u202E\uFE0F"]);
  assertEquals(invisible.missing, 0);
  assert(sameBytes(invisible.bytes, plain.bytes));
});

Deno.test("an empty name, an empty tag and none are the same", async () => {
  const none = await draw(["Walk"], { name: null, rank_tag: null });
  assert(sameBytes((await draw(["Walk"], { name: " ", rank_tag: "" })).bytes, none.bytes));
});
