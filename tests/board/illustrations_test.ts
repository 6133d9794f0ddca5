import { assert, assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { chooseIllustrations } from "../../supabase/functions/_board/choose/choose_illustrations.ts";
import {
  nearestIllustration,
  plainEmoji,
  substitutes,
} from "../../supabase/functions/_board/choose/nearest_illustration.ts";
import { ILLUSTRATIONS, ROOTED, TOPICS } from "../../supabase/functions/_board/choose/topics.ts";
import { ILLUSTRATION_FILES } from "../../supabase/functions/_board/paint/illustration_group.ts";
import { SHAPES } from "../../supabase/functions/_board/paint/scene_shapes.ts";

const goal = (text: string, emoji: readonly string[] = []) => ({ text, emoji });

const choose = async (...goals: string[]) =>
  (await chooseIllustrations(goals.map((text) => goal(text)))).map((choice) =>
    choice.illustrations[0]
  );

Deno.test("a word of another language does not count beside words that English reads", async () => {
  assertNotEquals(await choose("More patience"), ["🌊"]); // the sea, in Czech
});

Deno.test("no illustration comes twice on a board", async () => {
  const boards = [
    Array.from({ length: 12 }, (_, i) => `Save money ${i}`),
    Array.from({ length: 12 }, (_, i) => `Xyzzy ${i}`),
    "Run a marathon,Learn Spanish,Travel to Japan,Save 10 000 €,Buy a home,Read books,Garden,Guitar,Family"
      .concat(",Startup,Meditate,Climb Mount Fuji").split(","),
    Array.from({ length: 12 }, (_, i) => i % 2 ? `Adopt a dog ${i}` : `Find true love ${i}`),
  ];
  for (const board of boards) assertEquals(new Set(await choose(...board)).size, 12, board[0]);
});

Deno.test("the second goal of a topic gets its next illustration, never another goal's first", async () => {
  assertEquals(await choose("Save money", "Save more money", "Run", "Running shoes"), [
    "💰",
    "🪙",
    "🏃",
    "👟",
  ]);
  // A second house could be a key, too, but that is the flat's first.
  assertEquals(await choose("Buy a house", "Another house", "Rent a flat"), ["🏡", "🏢", "🔑"]);
});

Deno.test("what nothing explains gets illustrations and scenery that vary from goal to goal", async () => {
  const goals = Array.from({ length: 40 }, (_, i) => `Xyzzy ${i} qwfp`);
  const alone = await Promise.all(goals.map((text) => chooseIllustrations([goal(text)])));
  const pictures = new Set(alone.map(([choice]) => choice?.illustrations[0]));
  const scenes = new Set(alone.map(([choice]) => choice?.scene));
  assert(pictures.size >= 8, `${pictures.size} pictures`);
  assert(scenes.size >= 5, `${scenes.size} scenes`);
});

Deno.test("capitals, accents, full width and invisible characters change no meaning", async () => {
  for (
    const [text, illustration] of [
      ["LEER MAS LIBROS", "📚"],
      ["SEVGİLİ BULMAK", "❤️"],
      ["Выучить англии\u0306скии\u0306", "💬"],
      ["Re\u200Bad\u202E", "📚"],
      ["ＴＯＥＩＣ ８００点", "💬"],
      ["صَلاة", "🕌"],
    ] as const
  ) assertEquals(await choose(text), [illustration], text);
});

Deno.test("an illustration does not depend on other boards", async () => {
  const [first] = await choose("Xyzzy");
  await choose("Something else", "Xyzzy", "Plugh");
  assertEquals(await choose("Xyzzy"), [first]);
});

Deno.test("a typed emoji becomes the illustration, before any word of another goal", async () => {
  const choices = await chooseIllustrations([
    goal("Love my work"),
    goal("Travel", ["❤"]),
    goal("Run", ["🏃🏽‍♀️"]),
    goal("", ["🏠"]),
    goal("", ["❤️"]),
  ]);
  const pictures = choices.map((choice) => choice.illustrations);
  assertEquals(pictures.slice(1, 4), [["❤️"], ["🏃"], ["🏡"]]);
  assert(["💖", "💼"].includes(pictures[0]?.[0] ?? ""), `${pictures[0]}`);
});

Deno.test("all the emoji typed in a goal show, in order, each once and four at most", async () => {
  const pictures = async (...emoji: string[]) =>
    (await chooseIllustrations([goal("Sail around the world", emoji)]))[0]?.illustrations;
  assertEquals(await pictures("🌍", "⛵"), ["🌍", "⛵"]);
  assertEquals(await pictures("🚤", "⛵", "🐕"), ["⛵", "🐶"]);
  assertEquals(await pictures("👍🏽", "👍🏿"), ["👍"]);
  assertEquals(await pictures("🎸", "🎹", "🥁", "🎻", "🎵"), ["🎸", "🎹", "🥁", "🎻"]);
  assertEquals((await pictures())?.length, 1);
});

Deno.test("two goals with the same emoji differ in the main illustration", async () => {
  const [first, second] = await chooseIllustrations([goal("", ["🐶"]), goal("", ["🐶", "🏡"])]);
  assertEquals(first?.illustrations, ["🐶"]);
  assertEquals(second?.illustrations, ["🏡", "🐶"]);
});

Deno.test("an emoji without an illustration shows as the nearest one", () => {
  const near: Record<string, string> = {
    "🐩": "🐶",
    "🦮": "🐶",
    "🐈‍⬛": "🐱",
    "🚤": "⛵",
    "🚲": "🚴",
    "👩🏽‍🎓": "🎓",
    "👨‍👩‍👧": "👨‍👩‍👧‍👦",
    "👩‍❤️‍👨": "❤️",
    "🧑🏻‍🤝‍🧑🏿": "🤗",
    "💙": "❤️",
    "🇯🇲": "✈️",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿": "🇬🇧",
    "🏃🏽‍♀️‍➡️": "🏃",
    "🧁": "🧁",
  };
  const found = Object.keys(near).map((emoji) => [emoji, nearestIllustration(emoji)]);
  assertEquals(Object.fromEntries(found), near);
});

Deno.test("every emoji that Unicode recommends has an illustration", () => {
  const points = Array.from({ length: 0x1fb00 }, (_, point) => String.fromCodePoint(point))
    .flatMap((one) => [one, `${one}\uFE0F`]);
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) =>
    String.fromCodePoint(0x1f1e6 + letter.charCodeAt(0) - 65)
  );
  const flags = letters.flatMap((a) => letters.map((b) => a + b));
  const joined = points.filter((one) => /^\p{RGI_Emoji}$/v.test(one)).flatMap((one) =>
    ["🧑", "👩", "👨🏽", "🏳️", "❤️"].map((head) => `${head}\u200D${one}`)
  );
  const all = [...points, ...flags, ...joined].filter((one) => /^\p{RGI_Emoji}$/v.test(one));
  assert(all.length > 1700, `${all.length} emoji`);
  const without = all.filter((emoji) => !ILLUSTRATIONS.includes(nearestIllustration(emoji) ?? ""));
  assertEquals(without, ["🏻", "🏼", "🏽", "🏾", "🏿"], "a skin tone alone says nothing");
});

Deno.test("the table of substitutes names our illustrations, and each emoji once", () => {
  const rows = substitutes();
  assertEquals(rows.filter(([illustration]) => !ILLUSTRATIONS.includes(illustration)), []);
  const emoji = rows.flatMap(([, list]) => list);
  assertEquals(emoji.filter((one, i) => emoji.indexOf(one) !== i), [], "twice");
  const embedded = new Set(ILLUSTRATIONS.map(plainEmoji));
  assertEquals(emoji.filter((one) => embedded.has(one)), [], "embedded themselves");
});

Deno.test("the assets hold the illustrations that boards may show, and stay small", async () => {
  assertEquals(Object.keys(ILLUSTRATION_FILES), [...ILLUSTRATIONS]);
  const assets = new URL("../../supabase/functions/_board/assets/", import.meta.url);
  assertLess((await Deno.stat(new URL("illustrations.json", assets))).size, 35_000);
  assertLess((await Deno.stat(new URL("vocabularies.ts", assets))).size, 220_000);
});

Deno.test("illustrations that rise from the edge are ours", () => {
  assertEquals([...ROOTED].filter((picture) => !ILLUSTRATIONS.includes(picture)), []);
});

Deno.test("every topic has illustrations, and a scene that exists", () => {
  assertEquals([...TOPICS].filter(([, topic]) => !(topic.scene in SHAPES)), []);
  assertEquals([...TOPICS].filter(([, topic]) => topic.illustrations.length === 0), []);
});
