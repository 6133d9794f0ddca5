import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { composeBoard } from "../../supabase/functions/_board/paint/compose.ts";
import { loadFonts } from "../../supabase/functions/_board/text/fonts.ts";
import { WIDTH } from "../../supabase/functions/_board/paint/board_size.ts";
import { PALETTES } from "../../supabase/functions/_board/paint/palette.ts";
import { drawScene } from "../../supabase/functions/_board/paint/scene.ts";
import { isRtl } from "../../supabase/functions/_board/text/face.ts";
import type { IllustratedTile } from "../../supabase/functions/_board/paint/illustrated_tile.ts";
import { drawableText } from "../../supabase/functions/_board/text/drawable_text.ts";
import { board, boardWithPacks, clean, pixelsOf, textsOf } from "./support/boards.ts";

const fonts = await loadFonts();

Deno.test("Arabic, Hebrew, Devanagari, Bengali, Tamil and Thai are written with all their marks", () => {
  for (
    const text of [
      "مُحَمَّدٌ رَسُولُ، ٢٠٢٧؟",
      "בְּרֵאשִׁ֖ית צה״ל",
      "क्षत्रिय ज्ञान श्री ₹ १२३।",
      "ক্ষ্ম দৌড়াব ১২৩",
      "ஸ்ரீ கொண்டு ௧௨௩",
      "ภาษาญี่ปุ่น น้ำ ๑๒๓",
    ]
  ) {
    assertEquals(clean(text), { text: text.normalize("NFC"), emoji: [], missing: 0 });
  }
});

Deno.test("joiners stay where they shape letters, and go elsewhere", () => {
  for (const text of ["می\u200Cخواهم", "क्\u200Dष", "র\u200D্যাব"]) {
    assertEquals(clean(text).text, text);
  }
  assertEquals(clean("a\u200Db \u200Cم\u200C\u200C\u200Cن\u200D!").text, "ab م\u200Cن!");
});

Deno.test("marks pile up no higher than a language needs, and stand on nothing but letters", () => {
  assertEquals(clean("ก" + "\u0E49".repeat(12)).text, "ก\u0E49");
  assertEquals(clean("ב" + "\u05BC\u05B0\u0591\u05BD\u05AB").text.length, 5);
  assertEquals(clean("وُسْعَهَا ۚ لَهَا").text, "وُسْعَهَاۚ لَهَا");
  assertEquals(clean("\u0E49 a \u0E49\u0E34"), { text: "a", emoji: [], missing: 3 });
});

Deno.test("wide digits, narrow kana, fancy letters and ideographic stops are drawn plainly", () => {
  assertEquals(clean("Ｒｕｎ １０ｋｍ！ 𝓗𝓲 ﬁt 「a」、b。"), {
    text: "Run 10km! Hi fit “a”,b.",
    emoji: [],
    missing: 0,
  });
  const kana = drawableText("ﾊﾝｶﾞｸ", (character) => fonts.draws(character, ["JP"]));
  assertEquals([kana.text, kana.missing], ["ハンガク", 0]);
});

Deno.test("scripts without a font are left out and counted", () => {
  assertEquals(clean("ok ქართული తెలుగు"), { text: "ok", emoji: [], missing: 13 });
});

Deno.test("the first letter decides a text's direction", () => {
  assertEquals(["2027: تعلّم React", "«שלום»", "٢٠٢٧"].map(isRtl), [true, true, false]);
  assertEquals(["Learn العربية", "学习", ""].map(isRtl), [false, false, false]);
});

Deno.test("a goal from right to left mirrors its tile: caption, illustration and scenery", async () => {
  const goals = ["Swim in the sea 🏊", "السباحة في البحر 🏊", "Learn العربية"];
  const { nodes, tiles } = await composeBoard(board(goals));
  const [first, second, third] = tiles as readonly IllustratedTile[];
  assert(first && second && third);
  assert(!first.mirrored && second.mirrored && !third.mirrored);
  const middle = ({ boxes: [box] }: IllustratedTile) => box!.x + box!.width / 2;
  assertLess(middle(second), second.rect.width / 2, "the picture is at the left");
  assertGreater(middle(first), first.rect.width / 2);
  const caption = textsOf(nodes).find(({ text }) => text.startsWith("السباحة"));
  const end = second.rect.width - second.pad.x;
  assertEquals([caption?.right, caption?.left, caption?.face.rtl], [end, undefined, true]);
});

Deno.test("mirrored scenery is what would be seen in a mirror", async () => {
  const { tiles } = await composeBoard(board(["Play the guitar on a stage", "Learn", "Run"]));
  for (const { stage: place } of tiles as readonly IllustratedTile[]) {
    const stage = { ...place, colors: PALETTES.light.tiles[0]!, dark: false };
    const rect = { x: 0, y: 0, width: stage.width, height: stage.height };
    const [plain, mirrored] = await Promise.all([false, true].map(async (mirror) => {
      const nodes = drawScene("hills", stage, 1, mirror);
      const { shadow } = PALETTES.light;
      return await pixelsOf([{ type: "card", rect, radius: 20, shadow, nodes }]);
    })) as [Uint8Array, Uint8Array];
    let worst = 0;
    for (let y = 30; y < stage.height - 30; y++) {
      for (let x = 30; x < stage.width - 30; x++) {
        for (let c = 0; c < 3; c++) {
          const there = mirrored[(y * WIDTH + stage.width - 1 - x) * 4 + c]!;
          worst = Math.max(worst, Math.abs(plain[(y * WIDTH + x) * 4 + c]! - there));
        }
      }
    }
    assertLess(worst, 4);
  }
});

Deno.test("a title runs from the left whatever the name, and keeps the name's ends at its ends", async () => {
  const { nodes } = await composeBoard(board(["Run"], { name: "محمد!" }));
  const title = textsOf(nodes).find(({ text }) => text.includes("vision"));
  assertEquals(title?.text, "\u200Fمحمد!\u200F’s vision");
  assertEquals([title?.face.rtl, title?.face.families[0]], [false, "Fraunces"]);
});

Deno.test("a title's apostrophe is its own also beside a long Chinese name; Arabic is raised", async () => {
  const titleOf = async (name: string) => {
    const { nodes } = await composeBoard(boardWithPacks(["Run"], { name }));
    return textsOf(nodes).find(({ text }) => text.includes("vision"))!;
  };
  assertEquals((await titleOf("山".repeat(12))).face.families, ["Fraunces", "SC"]);
  const [arabic, thai] = [await titleOf("محمد"), await titleOf("สมชาย")];
  assertEquals(arabic.size, thai.size);
  assertLess(arabic.top, thai.top - 8);
});

Deno.test("any name of 80 characters makes a title within the header", async () => {
  for (const one of ["W", "山", "م", "क्षि", "ที่", "﷽", "한", "ஔ", "山 ", "مم "]) {
    const { nodes } = await composeBoard(
      boardWithPacks(["Run"], { name: one.repeat(80).slice(0, 80), rank_tag: "W".repeat(60) }),
    );
    for (const { text, top, size, leading } of textsOf(nodes)) {
      if (text.includes("ision") || text.includes(one)) assertLess(top + size * leading, 191, one);
    }
  }
});

Deno.test("joined scripts have no tracking and the leading that their marks need", async () => {
  const goals = ["تعلّم", "हिन्दी", "ไทย", "Run"];
  const { nodes } = await composeBoard(board(goals));
  const texts = textsOf(nodes).filter(({ text }) => goals.includes(text));
  assertEquals(texts.map(({ face }) => face.tracking === 0), [true, true, true, false]);
  for (const { leading } of texts.slice(0, 3)) assertGreater(leading, 1.25);
  const recited = await composeBoard(board(["تعلّمۖ"]));
  assertGreater(textsOf(recited.nodes).find(({ text }) => text === "تعلّمۖ")!.leading, 2);
});
