/** npm run board: draws one board without any stack. */
import { drawBoard } from "../supabase/functions/_shared/board/draw.ts";
import { boardArguments } from "./lib/board_arguments.ts";
import { bold, dim, print } from "./lib/terminal.ts";

const { request, out } = await boardArguments("board");
const { goals, name, rank_tag, theme } = request;
const board = await drawBoard({ goals, name, rankTag: rank_tag, theme, date: new Date() });
await Deno.writeFile(out, board.bytes);
print(
  `${bold(`→ ${out}`)} ${
    dim(`${board.width}×${board.height} · ${Math.round(board.bytes.length / 1000)} KB`)
  }`,
);
if (board.missing > 0) print(`${board.missing} characters were left out: no font draws them yet.`);
