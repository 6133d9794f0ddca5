/**
 * Draws one board without any stack:
 *
 *   deno run -A scripts/board.ts "Run a marathon" "Learn Spanish" --out board.jpg
 *     [--name Ava] [--rank-tag @ava] [--theme dark] [--date 2026-11-23]
 */
import { parseArgs } from "node:util";
import { drawBoard } from "../supabase/functions/_shared/board/draw.ts";

const { values, positionals: goals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    out: { type: "string" },
    name: { type: "string" },
    "rank-tag": { type: "string" },
    theme: { type: "string", default: "light" },
    date: { type: "string" },
  },
});
const { out, theme } = values;
if (!out || goals.length === 0 || (theme !== "light" && theme !== "dark")) {
  console.error(
    'Usage: deno run -A scripts/board.ts "goal" ... --out x.jpg [--name] [--rank-tag] [--theme light|dark] [--date 2026-11-23]',
  );
  Deno.exit(2);
}
const board = await drawBoard({
  goals,
  name: values.name,
  rankTag: values["rank-tag"],
  theme,
  date: values.date ? new Date(values.date) : new Date(),
});
await Deno.writeFile(out, board.bytes);
console.log(
  `${out}: ${board.width}×${board.height}, ${Math.round(board.bytes.length / 1000)} KB` +
    (board.missing ? `, ${board.missing} characters left out` : ""),
);
