import { assert, assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { pictureFor, plainEmoji } from "../../supabase/functions/_board/emoji.ts";
import { KIN } from "../../supabase/functions/_board/kin.ts";
import { choosePictures, loadPictures } from "../../supabase/functions/_board/pictures.ts";
import { PICTURES, ROOTED, THEMES } from "../../supabase/functions/_board/themes.ts";

const goal = (text: string, emoji: readonly string[] = []) => ({ text, emoji });

const choose = async (...goals: string[]) =>
  (await choosePictures(goals.map((text) => goal(text)))).map((choice) => choice.pictures[0]);

/** Those of a table's goals, each on a board of its own, that get another picture. */
async function misses(expected: Record<string, string>): Promise<string[]> {
  const wrong: string[] = [];
  for (const [text, picture] of Object.entries(expected)) {
    const [chosen] = await choose(text);
    if (chosen !== picture) wrong.push(`${text}: ${chosen}, not ${picture}`);
  }
  return wrong;
}

const EXPECTED: Record<string, string> = {
  "Run a marathon in under four hours": "🏃",
  "Learn Spanish to B2": "💬",
  "Travel to Japan in spring": "✈️",
  "Save 10 000 € for a house": "💰",
  "Buy our first home": "🏡",
  "Read 24 books this year": "📚",
  "Grow a balcony garden": "🪴",
  "Play guitar on stage": "🎸",
  "Spend every Sunday with family": "👨‍👩‍👧‍👦",
  "Launch my own startup": "🚀",
  "Meditate every morning": "🧘",
  "Climb Mount Fuji": "🏔️",
  "Learn to paint": "🎨",
  "Finish my degree": "🎓",
  "Learn to cook ten family recipes from my grandmother": "🍳",
  "Sleep eight hours": "🌙",
  "Swim in the sea": "🏊",
  "Take one great photo a week": "📷",
  "Dance": "💃",
  "Find true love": "❤️",
  "Get married to Leo": "💍",
  "Have a baby": "👶",
  "Get my visa": "🛂",
  "Buy an electric car": "🚗",
  "Adopt a dog": "🐶",
  "Adopt two kittens": "🐱",
  "Go to the gym three times a week": "🏋️",
  "Cycle to work": "🚴",
  "Pray every day": "🙏",
  "See my friends more": "🤗",
  "Get promoted": "💼",
  "Learn to code in Python": "💻",
  "Write a novel": "✍️",
  "Drink more water": "💧",
  "Quit smoking": "🚭",
  "Lose weight": "🥗",
  "Pay off my debts": "💳",
  "Open my own shop": "🏪",
  "Start a company": "🚀",
  "Build a treehouse": "🔨",
  "Make a short film": "🎬",
  "Get better at chess": "♟️",
  "Learn surfing": "🏄",
  "Do yoga": "🧘",
  "Eat vegetables": "🥗",
  "Less coffee": "☕",
  "Save the ocean": "🌊",
  "Gifts for everyone": "🎁",
  "Move to Canada": "🇨🇦",
  "Correr una maratón": "🏃",
  "Apprendre à cuisiner": "🍳",
  "Mehr Bücher lesen": "📚",
  "Comprar uma casa": "🏡",
  "Выучить английский": "💬",
};

Deno.test("common goals get the picture that says them", async () => {
  assertEquals(await misses(EXPECTED), []);
});

Deno.test("goals are understood in the languages of the vocabulary, inflected as they come", async () => {
  assertEquals(
    await misses({
      "Ik wil een huis kopen": "🏡",
      "Sluta röka i år": "🚭",
      "Løbe et halvmaraton": "🏃",
      "Ta førerkort": "🚗",
      "Oppia soittamaan kitaraa": "🎸",
      "Kupić mieszkanie w Krakowie": "🔑",
      "Přečíst 20 knih": "📚",
      "Naučiť sa po anglicky": "💬",
      "Nauczyć się jeździć na nartach": "⛷️",
      "Kutyát szeretnék": "🐶",
      "Să-mi cumpăr o mașină": "🚗",
      "Да отслабна с 5 кг": "🥗",
      "Вивчити англійську мову": "💬",
      "Να κόψω το κάπνισμα": "🚭",
      "İngilizce öğrenmek": "💬",
      "לרוץ מרתון": "🏃",
      "ללמוד לנגן בגיטרה": "🎸",
      "خریدن خانه": "🏡",
      "নতুন চাকরি পাওয়া": "💼",
      "புதிய வீடு வாங்க": "🏡",
      "อยากลดน้ำหนัก 5 กิโล": "🥗",
      "Học tiếng Anh": "💬",
      "Naik haji bersama orang tua": "🕋",
      "Beli rumah sendiri": "🏡",
      "存到人生第一個100萬元": "💰",
      "والتوفير": "💰",
    }),
    [],
  );
});

Deno.test("a word means what it means in the language that the rest of the goal is in", async () => {
  assertEquals(await misses({ "Ein Kind bekommen": "👶", "Be more kind to people": "🤲" }), []);
  assertEquals(await misses({ "Play golf": "⛳", "Aşk": "❤️" }), []);
  assertNotEquals(await choose("More patience"), ["🌊"]); // the sea, in Czech
});

Deno.test("what the reviewed words do not know, CLDR's annotations and country names do", async () => {
  assertEquals(
    await misses({
      "Find a four-leaf clover": "🍀",
      "Ver un arcoíris": "🌈",
      "Reise nach Kenia": "✈️",
      "Ein Jahr in Irland": "🇮🇪",
    }),
    [],
  );
});

Deno.test("no picture comes twice on a board", async () => {
  const boards = [
    Array.from({ length: 12 }, (_, i) => `Save money ${i}`),
    Array.from({ length: 12 }, (_, i) => `Xyzzy ${i}`),
    Object.keys(EXPECTED).slice(0, 12),
    Object.keys(EXPECTED).slice(20, 32),
  ];
  for (const board of boards) assertEquals(new Set(await choose(...board)).size, 12, board[0]);
});

Deno.test("the second goal of a meaning gets another picture of it, and takes no other goal's first", async () => {
  assertEquals(await choose("Save money", "Save more money", "Run", "Running shoes"), [
    "💰",
    "🪙",
    "🏃",
    "👟",
  ]);
  // A second house could be a key, too, but that is the flat's first.
  assertEquals(await choose("Buy a house", "Another house", "Rent a flat"), ["🏡", "🏢", "🔑"]);
});

Deno.test("what nothing explains gets pictures and scenery that vary from goal to goal", async () => {
  const goals = Array.from({ length: 40 }, (_, i) => `Xyzzy ${i} qwfp`);
  const alone = await Promise.all(goals.map((text) => choosePictures([goal(text)])));
  const pictures = new Set(alone.map(([choice]) => choice?.pictures[0]));
  const scenes = new Set(alone.map(([choice]) => choice?.scene));
  assert(pictures.size >= 8, `${pictures.size} pictures`);
  assert(scenes.size >= 5, `${scenes.size} scenes`);
});

Deno.test("capitals, accents, full width and invisible characters change no meaning", async () => {
  assertEquals(
    await misses({
      "LEER MAS LIBROS": "📚",
      "SEVGİLİ BULMAK": "❤️",
      "Выучить англии\u0306скии\u0306": "💬",
      "Re\u200Bad\u202E": "📚",
      "ＴＯＥＩＣ ８００点": "💬",
      "صَلاة": "🕌",
    }),
    [],
  );
});

Deno.test("a picture does not hang on the goals of other boards", async () => {
  const [first] = await choose("Xyzzy");
  await choose("Something else", "Xyzzy", "Plugh");
  assertEquals(await choose("Xyzzy"), [first]);
});

Deno.test("a typed emoji that we have becomes the picture, before any word of another goal", async () => {
  const choices = await choosePictures([
    goal("Love my work"),
    goal("Travel", ["❤"]),
    goal("Run", ["🏃🏽‍♀️"]),
    goal("", ["🏠"]),
    goal("", ["❤️"]),
  ]);
  const pictures = choices.map((choice) => choice.pictures);
  assertEquals(pictures.slice(1, 4), [["❤️"], ["🏃"], ["🏡"]]);
  assert(["💖", "💼"].includes(pictures[0]?.[0] ?? ""), `${pictures[0]}`);
});

Deno.test("all the emoji typed in a goal show, in order, each once and four at most", async () => {
  const pictures = async (...emoji: string[]) =>
    (await choosePictures([goal("Sail around the world", emoji)]))[0]?.pictures;
  assertEquals(await pictures("🌍", "⛵"), ["🌍", "⛵"]);
  assertEquals(await pictures("🚤", "⛵", "🐕"), ["⛵", "🐶"]);
  assertEquals(await pictures("👍🏽", "👍🏿"), ["👍"]);
  assertEquals(await pictures("🎸", "🎹", "🥁", "🎻", "🎵"), ["🎸", "🎹", "🥁", "🎻"]);
  assertEquals((await pictures())?.length, 1);
});

Deno.test("two goals with the same emoji differ in the main picture and keep what was typed", async () => {
  const [first, second] = await choosePictures([goal("", ["🐶"]), goal("", ["🐶", "🏡"])]);
  assertEquals(first?.pictures, ["🐶"]);
  assertEquals(second?.pictures, ["🏡", "🐶"]);
});

Deno.test("an emoji without a picture shows as the nearest one", () => {
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
  const found = Object.keys(near).map((emoji) => [emoji, pictureFor(emoji)]);
  assertEquals(Object.fromEntries(found), near);
});

Deno.test("every emoji that Unicode recommends has a picture", () => {
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
  const without = all.filter((emoji) => !PICTURES.includes(pictureFor(emoji) ?? ""));
  assertEquals(without, ["🏻", "🏼", "🏽", "🏾", "🏿"], "a skin tone alone says nothing");
});

Deno.test("the table of kin names embedded pictures, and each emoji once", () => {
  const rows = KIN.trim().split("\n").map((line) => line.split(" "));
  assertEquals(rows.filter(([picture = ""]) => !PICTURES.includes(picture)), []);
  const kin = rows.flatMap(([, list = ""]) =>
    list.match(/\p{Extended_Pictographic}(?:\u200D\p{Extended_Pictographic})*/gu) ?? []
  );
  assertEquals(kin.filter((one, i) => kin.indexOf(one) !== i), [], "twice");
  const embedded = new Set(PICTURES.map(plainEmoji));
  assertEquals(kin.filter((one) => embedded.has(one)), [], "embedded themselves");
});

Deno.test("the embedded pictures are those that boards may show, and the modules stay small", async () => {
  assertEquals(Object.keys(await loadPictures()), [...PICTURES]);
  const assets = new URL("../../supabase/functions/_board/assets/", import.meta.url);
  assertLess((await Deno.stat(new URL("pictures.ts", assets))).size, 1_420_000);
  assertLess((await Deno.stat(new URL("annotations.ts", assets))).size, 220_000);
});

Deno.test("pictures that rise from the edge are pictures that we have", () => {
  assertEquals([...ROOTED].filter((picture) => !PICTURES.includes(picture)), []);
});

Deno.test("every theme shows its pictures in a scene that there is", async () => {
  const { SHAPES } = await import("../../supabase/functions/_board/shapes.ts");
  assertEquals([...THEMES].filter(([, theme]) => !(theme.scene in SHAPES)), []);
  assertEquals([...THEMES].filter(([, theme]) => theme.pictures.length === 0), []);
});
