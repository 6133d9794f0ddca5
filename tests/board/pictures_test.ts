import { assert, assertEquals } from "@std/assert";
import { PICTURES, ROOTED } from "../../supabase/functions/_shared/board/lexicon.ts";
import { choosePictures } from "../../supabase/functions/_shared/board/pictures.ts";

const choose = (...goals: string[]) =>
  choosePictures(goals.map((text) => ({ text, emoji: [] }))).map((choice) => choice.picture);

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
  "Lose weight": "🥕",
  "Open my own shop": "🏪",
  "Start a company": "🤝",
  "Build a treehouse": "🔨",
  "Make a short film": "🎬",
  "Get better at chess": "♟️",
  "Learn surfing": "🏄",
  "Do yoga": "🧘",
  "Eat vegetables": "🥦",
  "Less coffee": "☕",
  "Save the ocean": "🌊",
  "Gifts for everyone": "🎉",
  "Correr una maratón": "🏃",
  "Apprendre à cuisiner": "🍳",
  "Mehr Bücher lesen": "📚",
  "Comprar uma casa": "🏡",
  "Выучить английский": "💬",
};

Deno.test("common goals get the picture that says them", () => {
  const wrong = Object.entries(EXPECTED).flatMap(([goal, picture]) => {
    const [chosen] = choose(goal);
    return chosen === picture ? [] : [`${goal}: ${chosen}, not ${picture}`];
  });
  assertEquals(wrong, []);
});

Deno.test("no picture comes twice on a board", () => {
  const boards = [
    Array.from({ length: 12 }, (_, i) => `Save money ${i}`),
    Array.from({ length: 12 }, (_, i) => `Xyzzy ${i}`),
    Object.keys(EXPECTED).slice(0, 12),
    Object.keys(EXPECTED).slice(20, 32),
  ];
  for (const board of boards) assertEquals(new Set(choose(...board)).size, 12, board[0]);
});

Deno.test("the first typed emoji that we have becomes the picture, before any word of another goal", () => {
  const goals = [
    { text: "Love my work", emoji: [] },
    { text: "Travel", emoji: ["🫠", "❤"] },
    { text: "Run", emoji: ["🏃🏽‍♀️"] },
    { text: "", emoji: ["🏠"] },
    { text: "", emoji: ["❤️"] },
  ];
  const pictures = choosePictures(goals).map((choice) => choice.picture);
  assertEquals(pictures.slice(1, 4), ["❤️", "🏃", "🏡"]);
  assert(["💖", "🌹"].includes(pictures[0] ?? ""), `${pictures[0]}`);
  assert(["💖", "🌹"].includes(pictures[4] ?? ""), `${pictures[4]}`);
});

Deno.test("a picture does not hang on the goals of other boards", () => {
  const [first] = choose("Xyzzy");
  choose("Something else", "Xyzzy", "Plugh");
  assertEquals(choose("Xyzzy"), [first]);
});

Deno.test("pictures that rise from the edge are pictures that we have", () => {
  assertEquals([...ROOTED].filter((picture) => !PICTURES.includes(picture)), []);
});
