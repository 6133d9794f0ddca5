import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import { composeBoard } from "../../supabase/functions/_board/paint/compose.ts";
import {
  breakWord,
  firstLines,
  fitLine,
  fitLines,
  setLines,
  widthByLetters,
} from "../../supabase/functions/_board/text/lines.ts";
import { atomsOf, wordsOf } from "../../supabase/functions/_board/text/segments.ts";
import { boardWithPacks, evenWords, linesOf, textsOf } from "./support/boards.ts";

Deno.test("a bracket at a line's start hangs over the margin", async () => {
  const { nodes, tiles } = await composeBoard(boardWithPacks(["「早睡」", "早睡「早」"]));
  const lefts = textsOf(nodes).filter(({ text }) => text.includes("早")).map(({ left }) => left);
  assertLess(lefts[0] ?? 0, (tiles[0]?.pad.x ?? 0) - 20);
  assertEquals(lefts[1], tiles[1]?.pad.x);
});

Deno.test("lines are even and no wider than asked", () => {
  const set = setLines(evenWords("learn to swim in the sea", 0.5, 0.25), 20, 192, 1.1, false);
  assertEquals(set?.lines, ["learn to swim", "in the sea"]); // and not "sea" alone
  assert((set?.width ?? 0) <= 192);
});

Deno.test("a word is cut only when no size that may keep it whole does", () => {
  const text = evenWords("learn " + "x".repeat(40), 0.5, 0.25);
  const at = (size: number, breakWords: boolean) => setLines(text, size, 300, 1.1, breakWords);
  assertEquals(at(30, false), null);
  assertEquals(fitLines(30, 10, 12, at, () => true)?.lines.length, 2, "whole at a smaller size");
  const cut = fitLines(30, 10, 25, at, () => true);
  assert(cut && cut.size === 30 && cut.lines.length > 2 && cut.width <= 300);
  assertEquals(
    cut.lines.join("").replace(/[- ]/g, ""),
    "learn" + "x".repeat(40),
    "nothing is lost",
  );
});

Deno.test("a text on one line gets smaller where it is too wide, and is then cut with an ellipsis", () => {
  const limits = { width: 100, largest: 20, smallest: 10, slack: 0 };
  const text = (letters: number) => evenWords("x".repeat(letters), 1, 0.25);
  assertEquals(fitLine(text(4), limits), { text: "xxxx", size: 20, width: 80 });
  assertEquals(fitLine(text(8), limits), { text: "xxxxxxxx", size: 12.5, width: 100 });
  assertEquals(fitLine(text(12), limits), { text: "xxxxxxxxx…", size: 10, width: 100 });
  assertEquals(widthByLetters(evenWords("ab c", 1, 0.25)), 3.25);
});

Deno.test("where words have no space between them, a line rather ends at a comma", () => {
  const words = ["學習", "日文，", "明年", "去", "東京", "旅行！"].map((text, i) => ({
    text,
    width: text.length,
    tight: i > 0,
    chars: [],
  }));
  assertEquals(setLines({ words, space: 0.25 }, 10, 110, 1.2, false)?.lines, [
    "學習日文，",
    "明年去東京旅行！",
  ]);
});

Deno.test("an ellipsis takes whole characters away", () => {
  const set = { size: 10, lines: ["ที่นี่ที่", "x"], width: 50, height: 24 };
  assertEquals(firstLines(set, 1, 1.2).lines, ["ที่…"]);
});

Deno.test("Chinese, Japanese and Thai break where words end, Korean at spaces", () => {
  const parts = (text: string) => wordsOf(text).map(({ word }) => word).join("|");
  assertEquals(parts("学会游泳，去上海看朋友"), "学会|游泳，|去|上海|看|朋友");
  assertEquals(parts("富士山に登って日本語で小説を書く"), "富士山に|登って|日本語で|小説を|書く");
  assertEquals(parts("「サブ4」を続けて、達成する！"), "「サブ|4」を|続けて、|達成する！");
  assertEquals(parts("เรียนภาษาญี่ปุ่นทุกๆวัน"), "เรียน|ภาษา|ญี่ปุ่น|ทุกๆ|วัน");
  assertEquals(parts("存100万元（首付）"), "存|100万元|（首|付）");
  assertEquals(parts("한국어(韓國語)능력시험 6급"), "한국어(韓國語)능력시험|6급");
  assertEquals(parts("C++学习"), "C++|学习");
});

Deno.test("no line begins with closing punctuation or small kana, or ends with a bracket", async () => {
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
    return breakWord({ text: word, width: chars.length, chars }, max)
      .map(({ text, ending = "" }) => text + ending);
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

Deno.test("a cut word has parts of one length, and its hyphens only where lines end", () => {
  const chars = Array.from({ length: 120 }, () => ({ text: "W", width: 1 }));
  const word = { text: "W".repeat(120), width: 120, chars };
  const lengths = breakWord(word, 19.9).map(({ text }) => text.length);
  assertEquals(lengths, [17, 17, 17, 18, 17, 17, 17]);
  for (const width of [3, 7.3, 19.9, 30.2, 47, 61]) {
    const set = setLines({ words: [word], space: 0.3 }, 10, width * 10, 1, true);
    for (const line of set?.lines ?? []) assertMatch(line, /^W+-?$/);
    assertEquals(set?.lines.join("").replaceAll("-", ""), word.text);
  }
});

Deno.test("a goal of 200 characters in any script keeps all its words", async () => {
  const goals = ["تعلّم اللغة ", "हिन्दी में ", "ภาษาไทย", "学会游泳，", "한국어 ", "עברית ", "தமிழ் "]
    .map((words) => words.repeat(40).slice(0, 200).trim());
  const set = await linesOf([...goals, ...goals.slice(0, 5)]);
  const letters = (text: string) => text.replace(/[^\p{L}\p{M}]/gu, "");
  goals.forEach((goal, i) => assertEquals(letters((set[i] ?? []).join("")), letters(goal)));
});
