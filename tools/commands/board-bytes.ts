/**
 * Draws a few boards and prints what their bytes are, to compare one Deno with another:
 *
 *   deno run -A tools/commands/board-bytes.ts
 */
import { createHash } from "node:crypto";
import { drawBoard } from "../../supabase/functions/_board/mod.ts";
import { standInPhotos } from "./lib/stand_in_photos.ts";
import { withAssets } from "./lib/read_assets.ts";
import { sampleGoals } from "./lib/samples.ts";

const scripts = [
  "Zjeść śniadanie",
  "تعلّم اللغة العربية",
  "富士山に登る",
  "ฉันอยากวิ่งมาราธอน",
  "शांति",
  "내 집 마련하기",
];
const [photo] = await standInPhotos(1);
const photos = [null, { bytes: photo!, credit: "Jane Doe / Pexels" }];
const same = { name: "Ava", rank_tag: "@ava", date: new Date("2026-11-23"), photos };

for (const theme of ["light", "dark"] as const) {
  for (const goals of [sampleGoals, scripts, ["Travel 🌍 with family 👨‍👩‍👧‍👦", "x".repeat(200)]]) {
    const { bytes } = await drawBoard(await withAssets({ ...same, goals, theme }));
    console.log(createHash("sha256").update(bytes).digest("hex"), theme, goals[0]);
  }
}
