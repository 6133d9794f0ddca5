import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import { composeBoard } from "../../supabase/functions/_shared/board/compose.ts";
import { type BoardInput, drawBoard } from "../../supabase/functions/_shared/board/draw.ts";
import { cut } from "../../supabase/functions/_shared/board/cut.ts";
import { loadFonts } from "../../supabase/functions/_shared/board/fonts.ts";
import { packsFor, planPacks } from "../../supabase/functions/_shared/board/packs.ts";
import { isRtl } from "../../supabase/functions/_shared/board/script.ts";
import { atomsOf, wordsOf } from "../../supabase/functions/_shared/board/segment.ts";
import type { Node } from "../../supabase/functions/_shared/board/takumi.d.ts";
import type { Tile } from "../../supabase/functions/_shared/board/tile.ts";
import { cleanText } from "../../supabase/functions/_shared/board/text.ts";
import { packFile, packsOf } from "./support/packs.ts";

const fonts = await loadFonts();
const clean = (text: string) => cleanText(text, (character) => fonts.draws(character));

const board = (goals: readonly string[], more: Partial<BoardInput> = {}): BoardInput => ({
  goals,
  theme: "light",
  date: new Date("2026-11-23"),
  ...more,
});

/** The same with the packs that it needs. */
const whole = (goals: readonly string[], more: Partial<BoardInput> = {}) =>
  board(goals, { packs: packsOf({ goals, ...more }), ...more });

const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The lines of each goal. */
const linesOf = async (goals: readonly string[]) =>
  (await composeBoard(whole(goals))).tiles.map(({ caption }) => caption?.lines ?? []);

function textsOf(node: Node): (Node & { type: "text" })[] {
  if (node.type === "text") return [node];
  return node.type === "container" ? (node.children ?? []).flatMap(textsOf) : [];
}

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
  assertEquals(clean("\u0E49 a \u0E49\u0E34"), { text: "a", emoji: [], missing: 3 });
});

Deno.test("what has a plain form is drawn in it: wide digits, narrow kana, fancy letters, ideographic stops", () => {
  assertEquals(clean("Ｒｕｎ １０ｋｍ！ 𝓗𝓲 ﬁt 「a」、b。"), {
    text: "Run 10km! Hi fit “a”,b.",
    emoji: [],
    missing: 0,
  });
  const kana = cleanText("ﾊﾝｶﾞｸ", (character) => fonts.draws(character, ["JP"]));
  assertEquals([kana.text, kana.missing], ["ハンガク", 0]);
});

Deno.test("scripts without a font are left out and counted", () => {
  assertEquals(clean("ok ქართული తెలుగు"), { text: "ok", emoji: [], missing: 13 });
});

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
  assertEquals(packsFor({ goals: ["Run"], name: "山田", rankTag: "김" }).join(" "), "TC KR");
});

Deno.test("Han is drawn in the forms of its text's language, or else of its board's", () => {
  const plan = (...texts: string[]) => planPacks(texts).map((packs) => packs.join(" "));
  assertEquals(plan("旅行"), ["SC"]);
  assertEquals(plan("旅行", "おいしい"), ["JP", "JP"]);
  assertEquals(plan("旅行", "學習日文"), ["TC", "TC"]);
  assertEquals(plan("旅行", "한국어"), ["TC", "KR"]);
  assertEquals(plan("我们去旅行", "おいしい"), ["SC", "JP"], "Japanese has no 们");
  assertEquals(plan("你好", "おいしい"), ["SC", "JP"]);
  assertEquals(plan("我们の旅"), ["JP SC"], "no pack has all of it");
});

Deno.test("a missing, torn or wrong pack costs its characters and nothing else", async () => {
  const goals = ["Read 学习", "한국어 Korean"];
  assertEquals((await drawBoard(board(goals))).missing, 5);
  const plain = await drawBoard(board(["Read", "Korean"]));
  const SC = packFile("SC");
  for (const bytes of [SC.slice(0, -1), SC.slice(1), new Uint8Array(), new Uint8Array(100)]) {
    const { missing, tiles } = await composeBoard(board(goals, { packs: { SC: bytes } }));
    assertEquals(missing, 5);
    assertEquals(tiles.map((tile) => tile.caption?.lines.join(" ")), ["Read", "Korean"]);
  }
  assertEquals((await drawBoard(whole(goals))).missing, 0);
  assertEquals(plain.missing, 0);
});

Deno.test("a pack that one board brought changes no other board", async () => {
  const goals = ["学习 Chinese", "おいしい", "Ελ x\u0302"];
  const before = await drawBoard(board(goals));
  const brought = await drawBoard(whole(goals));
  assert(!same(before.bytes, brought.bytes));
  const after = await drawBoard(board(goals));
  assert(same(before.bytes, after.bytes));
  assert(same(brought.bytes, (await drawBoard(whole(goals))).bytes));
});

Deno.test("the first letter decides a text's direction", () => {
  assertEquals(["2027: تعلّم React", "«שלום»", "٢٠٢٧"].map(isRtl), [true, true, false]);
  assertEquals(["Learn العربية", "学习", ""].map(isRtl), [false, false, false]);
});

Deno.test("a goal from right to left mirrors its tile: caption right, picture left, scenery too", async () => {
  const goals = ["Swim in the sea 🏊", "السباحة في البحر 🏊", "Learn العربية"];
  const { root, tiles, images } = await composeBoard(board(goals));
  const [first, second, third] = tiles as readonly Tile[];
  assert(first && second && third);
  assert(!first.mirrored && second.mirrored && !third.mirrored);
  const middle = ({ boxes: [box] }: Tile) => box!.x + box!.width / 2;
  assertLess(middle(second), second.rect.width / 2, "the picture is at the left");
  assertGreater(middle(first), first.rect.width / 2);
  const caption = textsOf(root).find(({ text }) => text.startsWith("السباحة"));
  assertEquals([caption?.style?.right, caption?.style?.left], [second.pad.x, undefined]);
  assertEquals(caption?.style?.direction, "rtl");
  const scene = (i: number) =>
    new TextDecoder().decode(images.find(({ src }) => src === `scene-${i}`)?.data);
  assertMatch(
    scene(1),
    /^<svg[^>]*><g transform="translate\([\d.]+ 0\) scale\(-1 1\)">.*<\/g><\/svg>$/s,
  );
  assert(!scene(0).includes("scale(-1 1)"));
});

Deno.test("a title runs from the left whatever the name, and keeps the name's ends at its ends", async () => {
  const { root } = await composeBoard(board(["Run"], { name: "محمد!" }));
  const title = textsOf(root).find(({ text }) => text.includes("vision"));
  assertEquals(title?.text, "\u200Fمحمد!\u200F’s vision");
  assertEquals(title?.style?.direction, undefined);
  assertEquals(String(title?.style?.fontFamily).split(", ")[0], "Fraunces");
});

Deno.test("any name of 80 characters makes a title within the header", async () => {
  for (const one of ["W", "山", "م", "क्षि", "ที่", "﷽", "한", "ஔ", "山 ", "مم "]) {
    const { root } = await composeBoard(
      whole(["Run"], { name: one.repeat(80).slice(0, 80), rankTag: "W".repeat(60) }),
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
});

Deno.test("Chinese, Japanese and Thai break where words end, Korean at spaces", () => {
  const parts = (text: string) => wordsOf(text).map(({ word }) => word).join("|");
  assertEquals(parts("学会游泳，去上海看朋友"), "学会|游泳，|去|上海|看|朋友");
  assertEquals(parts("富士山に登って日本語で小説を書く"), "富士山に|登って|日本語で|小説を|書く");
  assertEquals(parts("「サブ4」を続けて、達成する！"), "「サブ|4」を|続けて、|達成する！");
  assertEquals(parts("เรียนภาษาญี่ปุ่นทุกๆวัน"), "เรียน|ภาษา|ญี่ปุ่น|ทุกๆ|วัน");
  assertEquals(parts("存100万元（首付）"), "存|100万元|（首|付）");
  assertEquals(parts("한국어능력시험 6급"), "한국어능력시험|6급");
  assertEquals(parts("C++学习"), "C++|学习");
});

Deno.test("no line begins with closing punctuation or small kana, none ends with an opening bracket", async () => {
  const goals = [
    "今年读完二十四本书，然后写一篇关于“人生意义”的文章（发表在杂志上）。",
    "毎日「ジョギング」を続けて、「フルマラソン」を達成する！きっとやってみせるよ。",
    "學習日文，明年（春天）去「東京」旅行！",
    "、".repeat(60) + "ァ".repeat(60),
  ];
  for (const lines of await linesOf(goals.slice(0, 3))) {
    assertGreater(lines.length, 1);
    for (const line of lines.slice(1)) {
      assertMatch(line, /^[^，。、！？）」”ぁぃぅぇぉっゃゅょー々]/u);
    }
    for (const line of lines) assertMatch(line, /[^（「“]$/u);
  }
  assertGreater(
    (await linesOf(goals))[3]?.length ?? 0,
    1,
    "nothing but commas is cut all the same",
  );
});

Deno.test("words are cut between characters as people see them, hyphens only in the alphabets", () => {
  const parts = (word: string, max: number) => {
    const chars = atomsOf(word).map((text) => ({ text, width: 1 }));
    return cut({ text: word, width: chars.length, chars }, max).map(({ text }) => text);
  };
  assertEquals(parts("abcdef", 3.5), ["abc-", "def"]);
  assertEquals(parts("абвгде", 3.5), ["абв-", "где"]);
  assertEquals(parts("山川海空", 2.5), ["山川", "海空"]);
  assertEquals(parts("हिन्दीहिन्दी", 2.5), ["हिन्दी", "हिन्दी"]);
  assertEquals(parts("ที่นี่", 1.5), ["ที่", "นี่"]);
  assertEquals(parts("منمن", 2.5), ["من\u200D", "\u200Dمن"], "noon joins the next letter");
  assertEquals(parts("دردر", 2.5), ["در", "در"], "reh does not");
  assertEquals(atomsOf("クッキー、」x"), ["クッ", "キー、", "」", "x"]);
});

Deno.test("a goal of 200 characters in any script keeps all its words", async () => {
  const goals = ["تعلّم اللغة ", "हिन्दी में ", "ภาษาไทย", "学会游泳，", "한국어 ", "עברית ", "தமிழ் "]
    .map(
      (words) => words.repeat(40).slice(0, 200).trim(),
    );
  const set = await linesOf([...goals, ...goals.slice(0, 5)]);
  const letters = (text: string) => text.replace(/[^\p{L}\p{M}]/gu, "");
  goals.forEach((goal, i) => assertEquals(letters((set[i] ?? []).join("")), letters(goal)));
});
