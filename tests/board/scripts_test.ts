import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import { composeBoard } from "../../supabase/functions/_board/paint/compose.ts";
import { loadFonts } from "../../supabase/functions/_board/text/fonts.ts";
import { measure } from "../../supabase/functions/_board/text/measure.ts";
import { PALETTES } from "../../supabase/functions/_board/paint/palette.ts";
import { drawScene, type Scene } from "../../supabase/functions/_board/paint/scene.ts";
import { isRtl } from "../../supabase/functions/_board/text/face.ts";
import type { IllustratedTile } from "../../supabase/functions/_board/paint/illustrated_tile.ts";
import { drawableText } from "../../supabase/functions/_board/text/drawable_text.ts";
import { board, boardWithPacks, clean, textsOf } from "./support/boards.ts";

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

Deno.test("letters of one conjunct are drawn as one, in Bengali too", async () => {
  const { renderer } = await composeBoard(board(["প্র", "प्र"]));
  for (const [family, letters] of [["Bengali", "প্র"], ["Devanagari", "प्र"]] as const) {
    const face = { families: [family], weight: 700, tracking: 0 };
    const [conjunct, first, last] = [letters, letters.slice(0, 1), letters.slice(-1)];
    const widths = await measure(renderer, [conjunct, first, last].map((text) => ({ text, face })));
    const [one = 0, p = 0, r = 0] = widths.map(({ words }) => words[0]?.width);
    assertLess(one, p + r / 2, family);
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
  const { root, tiles, images } = await composeBoard(board(goals));
  const [first, second, third] = tiles as readonly IllustratedTile[];
  assert(first && second && third);
  assert(!first.mirrored && second.mirrored && !third.mirrored);
  const middle = ({ boxes: [box] }: IllustratedTile) => box!.x + box!.width / 2;
  assertLess(middle(second), second.rect.width / 2, "the picture is at the left");
  assertGreater(middle(first), first.rect.width / 2);
  const caption = textsOf(root).find(({ text }) => text.startsWith("السباحة"));
  assertEquals([caption?.style?.right, caption?.style?.left], [second.pad.x, undefined]);
  assertEquals(caption?.style?.direction, "rtl");
  const shapes = (i: number) =>
    new TextDecoder().decode(images.find(({ src }) => src === `shapes-${i}`)?.data);
  assertMatch(
    shapes(1),
    /^<svg[^>]*><g transform="translate\([\d.]+ 0\) scale\(-1 1\)">.*<\/g><\/svg>$/s,
  );
  assert(!shapes(0).includes("scale(-1 1)"));
});

Deno.test("every layer of mirrored scenery lies where it would be seen in a mirror", async () => {
  const { tiles } = await composeBoard(board(["Play the guitar on a stage", "Learn", "Run"]));
  for (const { stage: place } of tiles as readonly IllustratedTile[]) {
    const stage = { ...place, colors: PALETTES.light.tiles[0]!, dark: false };
    const [plain, mirrored] = [false, true].map((way) => drawScene("hills", stage, 1, way)) as [
      Scene,
      Scene,
    ];
    const boxes = ({ behind, before }: Scene, across: (x: number, width: number) => number) =>
      [...behind, ...before].map(({ style }) => style as Record<string, number>)
        .map(({ left, top, width, height }) =>
          [across(left!, width!), top!, width!, height!].map(Math.round)
        );
    assertEquals(boxes(plain, (x) => x).length, 3, "light, veil, ground");
    assertEquals(boxes(mirrored, (x) => x), boxes(plain, (x, width) => stage.width - x - width));
    const angle = ({ sky }: Scene) => Number(sky.match(/([\d.]+)deg/)?.[1]);
    assertEquals(Math.round(angle(plain) + angle(mirrored)), 360);
  }
});

Deno.test("a title runs from the left whatever the name, and keeps the name's ends at its ends", async () => {
  const { root } = await composeBoard(board(["Run"], { name: "محمد!" }));
  const title = textsOf(root).find(({ text }) => text.includes("vision"));
  assertEquals(title?.text, "\u200Fمحمد!\u200F’s vision");
  assertEquals(title?.style?.direction, undefined);
  assertEquals(String(title?.style?.fontFamily).split(", ")[0], "Fraunces");
});

Deno.test("a title's apostrophe is its own also beside a long Chinese name; Arabic is raised", async () => {
  const titleOf = async (name: string) => {
    const { root } = await composeBoard(boardWithPacks(["Run"], { name }));
    return textsOf(root).find(({ text }) => text.includes("vision"))?.style;
  };
  assertEquals((await titleOf("山".repeat(12)))?.fontFamily, "Fraunces, SC");
  const [arabic, thai] = [await titleOf("محمد"), await titleOf("สมชาย")];
  assertEquals(arabic?.fontSize, thai?.fontSize);
  assertLess(Number(arabic?.top), Number(thai?.top) - 8);
});

Deno.test("any name of 80 characters makes a title within the header", async () => {
  for (const one of ["W", "山", "م", "क्षि", "ที่", "﷽", "한", "ஔ", "山 ", "مم "]) {
    const { root } = await composeBoard(
      boardWithPacks(["Run"], { name: one.repeat(80).slice(0, 80), rank_tag: "W".repeat(60) }),
    );
    for (const { text, style } of textsOf(root)) {
      const bottom = Number(style?.top ?? 0) +
        Number(style?.fontSize) * Number(style?.lineHeight ?? 1);
      if (text.includes("ision") || text.includes(one)) assertLess(bottom, 191, one);
    }
  }
});

Deno.test("joined scripts have no tracking and the leading that their marks need", async () => {
  const { root } = await composeBoard(board(["تعلّم", "हिन्दी", "ไทย", "Run"]));
  const styles = textsOf(root).filter(({ style }) => style?.color !== undefined).flatMap((
    { text, style },
  ) => ["تعلّم", "हिन्दी", "ไทย", "Run"].includes(text) ? [style] : []);
  assertEquals(styles.map((style) => style?.letterSpacing === 0), [true, true, true, false]);
  for (const style of styles.slice(0, 3)) assertGreater(Number(style?.lineHeight), 1.25);
  const recited = await composeBoard(board(["تعلّمۖ"]));
  const height = textsOf(recited.root).find(({ text }) => text === "تعلّمۖ")?.style?.lineHeight;
  assertGreater(Number(height), 2);
});
