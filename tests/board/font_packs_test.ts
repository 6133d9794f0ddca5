import { assert, assertEquals } from "@std/assert";
import { composeBoard } from "../../supabase/functions/_board/paint/compose.ts";
import { drawBoard } from "../../supabase/functions/_board/mod.ts";
import { packsFor, planPacks } from "../../supabase/functions/_board/text/font_packs.ts";
import { assetsWith, board, boardWithPacks, packFile, sameBytes } from "./support/boards.ts";

Deno.test("a board needs the packs of its scripts, and none for the embedded ones", () => {
  const need = (...goals: string[]) => packsFor({ goals }).join(" ");
  assertEquals(need("Run", "Бег", "تعلّم", "ไทย", "हिन्दी", "！"), "");
  assertEquals(need("学习日语"), "SC");
  assertEquals(need("學習日文"), "TC");
  assertEquals(need("ㄅㄆㄇ"), "TC");
  assertEquals(need("ひらがな"), "JP");
  assertEquals(need("ﾊﾝｶｸ"), "JP");
  assertEquals(need("東京大学"), "JP", "only Japanese has all of it");
  assertEquals(need("한국어"), "KR");
  assertEquals(packsFor({ goals: ["Run"], name: "山田", rank_tag: "김" }).join(" "), "TC KR");
});

Deno.test("Han is drawn in the forms of its text's language, or else of its board's", () => {
  const plan = (...texts: string[]) => planPacks(texts).map((packs) => packs.join(" "));
  assertEquals(plan("旅行"), ["SC"]);
  assertEquals(plan("旅行", "おいしい"), ["JP", "JP"]);
  assertEquals(plan("旅行", "學習日文"), ["TC", "TC"]);
  assertEquals(plan("旅行", "한국어"), ["TC", "KR"]);
  assertEquals(plan("我们去旅行", "おいしい"), ["SC", "JP"], "Japanese has no 们");
  assertEquals(plan("旅行，学会", "おいしい"), ["SC", "JP"], "no Japanese comma");
  assertEquals(plan("我们の旅"), ["JP SC"], "no pack has all of it");
});

Deno.test("a missing, torn or wrong pack costs its characters and nothing else", async () => {
  const goals = ["Read 学习", "한국어 Korean"];
  assertEquals((await drawBoard(board(goals))).missing, 5);
  const plain = await drawBoard(board(["Read", "Korean"]));
  const SC = packFile("SC");
  for (const bytes of [SC.slice(0, -1), SC.slice(1), new Uint8Array(), new Uint8Array(100)]) {
    const { missing, tiles } = await composeBoard(
      board(goals, { assets: assetsWith([["SC", bytes]]) }),
    );
    assertEquals(missing, 5);
    assertEquals(tiles.map((tile) => tile.caption?.lines.join(" ")), ["Read", "Korean"]);
  }
  assertEquals((await drawBoard(boardWithPacks(goals))).missing, 0);
  assertEquals(plain.missing, 0);
});

Deno.test("a pack that one board brought changes no other board", async () => {
  const goals = ["学习 Chinese", "おいしい", "Ελ x\u0302"];
  const before = await drawBoard(board(goals));
  const brought = await drawBoard(boardWithPacks(goals));
  assert(!sameBytes(before.bytes, brought.bytes));
  const after = await drawBoard(board(goals));
  assert(sameBytes(before.bytes, after.bytes));
  assert(sameBytes(brought.bytes, (await drawBoard(boardWithPacks(goals))).bytes));
});
