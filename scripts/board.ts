/** npm run board: draws one board without any stack. */
import { drawBoard } from "../supabase/functions/_shared/board/draw.ts";
import { packsFor } from "../supabase/functions/_shared/board/packs.ts";
import { boardArguments } from "./lib/board_arguments.ts";
import { bold, dim, print } from "./lib/terminal.ts";

const { request, out } = await boardArguments("board");
const { goals, name, rank_tag, theme } = request;
const input = { goals, name, rankTag: rank_tag, theme, date: new Date() };
const packs = Object.fromEntries(
  packsFor(input).map((pack) => [
    pack,
    Deno.readFileSync(new URL(`../supabase/board-fonts/${pack}.woff2`, import.meta.url)),
  ]),
);
const board = await drawBoard({ ...input, packs });
await Deno.writeFile(out, board.bytes);
print(
  `${bold(`→ ${out}`)} ${
    dim(`${board.width}×${board.height} · ${Math.round(board.bytes.length / 1000)} KB`)
  }`,
);
if (board.missing > 0) print(`${board.missing} characters were left out: no font draws them yet.`);
