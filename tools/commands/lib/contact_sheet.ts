/** The contact sheet: every layout, theme, script and source of pictures, on one picture. */
import {
  type Board,
  type BoardInput,
  decodePicture,
  drawBoard,
  startPainter,
} from "../../../supabase/functions/_board/mod.ts";
import { withAssets } from "./read_assets.ts";
import { standInPhotos } from "./stand_in_photos.ts";

type Input = Omit<BoardInput, "assets">;

const COLUMNS = 8;
const GAP = 20;

const GOALS = [
  "Run a marathon in under four hours",
  "Learn Spanish to B2",
  "Buy a house with a garden",
  "Pay off my student loan",
  "Read 24 books this year",
  "Meditate",
  "Launch my own startup and hire the first two people before the end of summer",
  "Spend every Sunday with family",
  "Travel to Japan in spring 🇯🇵🌸",
  "Play guitar on stage",
  "Sleep eight hours",
  "💃🎉🥳",
];

/** As people write them: a name, and goals that go with it. */
const SCRIPTS = String.raw`
Žofia | Přečíst 24 knih | Zaběhnout maraton v Łodzi | Naučit se španělsky | Víc spát
Nguyễn Ánh | Học nấu phở mỗi tuần | Chạy bộ mỗi sáng | Mua nhà ở Đà Nẵng | Học tiếng Anh
Ольга | Выучить английский | Пробежать марафон | Купить квартиру | Больше спать
Ελένη | Να μάθω ισπανικά | Να ταξιδέψω στην Ιαπωνία | Να διαβάσω 20 βιβλία
ليلى | تعلّم اللغة الإنجليزية | شراء بيت للعائلة | قراءة 24 كتابًا في 2027 | حفظ القرآن | السفر إلى اليابان
נועה | ללמוד ספרדית | לרוץ מרתון ב־4 שעות | לקנות בית | לטייל ביפן עם המשפחה
अनन्या | हिन्दी में एक किताब लिखना | मैराथन दौड़ना | नया घर खरीदना | रोज़ ध्यान करना
অনন্যা | একটি বই লেখা | নতুন বাড়ি কেনা | প্রতিদিন দৌড়ানো
அனன்யா | ஒரு புத்தகம் எழுதுவது | புதிய வீடு வாங்குவது | தினமும் ஓடுவது
มาลี | วิ่งมาราธอนให้จบ | เรียนภาษาญี่ปุ่น | ซื้อบ้านหลังแรก | ออมเงินหนึ่งแสนบาท
李雷 | 学会游泳，去上海看朋友 | 每天读书三十分钟 | 买一套房子 | 跑完一个马拉松 | 学习弹吉他
陳怡君 | 學會游泳，去臺北看朋友 | 每天讀書三十分鐘 | 存錢買房子 | 跑完馬拉松
さくら | 富士山に登って日本語で小説を書く | 毎朝六時に起きる | 英語をペラペラに話す | マラソンを完走する | 家を買う
김민지 | 한국어를 유창하게 말하기 | 마라톤 완주하기 | 내 집 마련하기 | 매일 책 30분 읽기
Sam | Travel 🌍 with family 👨‍👩‍👧‍👦 | 🏡🐶 | 日本へ旅行 ✈️ | تعلم guitar في 2027 | Выучить 日本語 | 1️⃣ first 2️⃣ second
Z̷̡̛a̶l̴g̸o | ${"W".repeat(120)} | Donaudampfschifffahrtsgesellschaftskapitän | a | <b>&amp; $x | ${
  "x".repeat(200)
}
`.trim().split("\n").map((line) => line.split(" | "));

/** Draws the sheet, as JPEG. */
export async function drawSheet(): Promise<Uint8Array> {
  const boards: Board[] = [];
  for (const input of await inputs()) boards.push(await drawBoard(await withAssets(input)));
  const [width, height] = [boards[0]!.width / 2, boards[0]!.height / 2];
  const rows = Math.ceil(boards.length / COLUMNS);
  const all = { x0: 0, y0: 0, x1: COLUMNS * (width + GAP) + GAP, y1: rows * (height + GAP) + GAP };
  const painter = await startPainter();
  painter.begin(all.x1, all.y1);
  painter.linear(all, [0, 0, 0], 0x8a8a8a, 0x8a8a8a);
  for (const [i, { bytes }] of boards.entries()) {
    const picture = await decodePicture(bytes);
    const x = GAP + i % COLUMNS * (width + GAP);
    const y = GAP + Math.floor(i / COLUMNS) * (height + GAP);
    painter.picture(picture.rgba, picture.width, picture.height, { x, y, width, height }, all);
  }
  return painter.jpeg(90);
}

async function inputs(): Promise<Input[]> {
  const date = new Date("2026-11-23");
  const counts = Array.from({ length: 12 }, (_, i) => i + 1);
  const views = (await standInPhotos()).map((bytes, i) => ({
    bytes,
    credit: i % 2 === 0 ? "Jane Doe / Pexels" : null,
  }));
  const themes = ["light", "dark"] as const;
  const illustrated = themes.flatMap((theme) =>
    counts.map((count): Input => ({
      goals: GOALS.slice(0, count),
      name: ["Ava", null, "Maximiliana-Aurélie von Hohenzollern", "Bo"][count % 4],
      rank_tag: ["@ava", null, "Grandmaster of everything"][count % 3],
      theme,
      date,
    }))
  );
  const scripts = SCRIPTS.map(([name, ...goals], i): Input => ({
    goals,
    name,
    rank_tag: i % 2 === 0 ? `@${name}` : null,
    theme: themes[i % 2]!,
    date,
  }));
  const photographs = counts.filter((count) => count % 3 !== 0).map((count, i): Input => ({
    goals: GOALS.slice(0, count),
    name: "Ava",
    theme: themes[i % 2]!,
    date,
    photos: GOALS.map((_, k) => k % 5 === 3 ? null : views[(k + i) % views.length]!),
  }));
  return [...illustrated, ...scripts, ...photographs];
}
