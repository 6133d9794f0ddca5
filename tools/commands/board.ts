/** npm run board: draws one board, or a contact sheet of all kinds of them, without any stack. */
import { drawBoard } from "../../supabase/functions/_board/mod.ts";
import { boardArguments } from "./lib/board_arguments.ts";
import { withAssets } from "./lib/read_assets.ts";
import { drawSheet } from "./lib/contact_sheet.ts";
import { bold, dim, print, printError, red } from "./lib/terminal.ts";

const at = Deno.args.indexOf("--sheet");
if (at >= 0) await sheet(Deno.args[at + 1]);
else await board();

async function sheet(out: string | undefined) {
  if (!out || Deno.args.length !== 2) {
    printError(red("npm run board -- --sheet FILE.jpg"));
    Deno.exit(1);
  }
  await Deno.writeFile(out, await drawSheet());
  print(bold(`→ ${out}`));
}

async function board() {
  const { request, out } = await boardArguments("board");
  const { goals, name, rank_tag, theme } = request;
  const input = { goals, name, rank_tag, theme, date: new Date() };
  const { bytes, width, height, missing } = await drawBoard(await withAssets(input));
  await Deno.writeFile(out, bytes);
  const size = `${width}×${height} · ${Math.round(bytes.length / 1000)} KB`;
  print(`${bold(`→ ${out}`)} ${dim(size)}`);
  if (missing > 0) print(`${missing} characters were left out: no font draws them.`);
}
