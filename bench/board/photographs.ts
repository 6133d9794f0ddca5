/** One board of eight photographs of 1024 by 1024 pixels, from nothing. Argument: their directory. */
import { drawBoard } from "../../supabase/functions/_shared/board/draw.ts";
import { input } from "./input.ts";
import { tell } from "./measured.ts";

const files = [...Deno.readDirSync(Deno.args[0]!)].map(({ name }) => `${Deno.args[0]}/${name}`);
const photos = files.map((file) => ({
  bytes: Deno.readFileSync(file),
  credit: "Jane Doe / Pexels",
}));
tell((await drawBoard({ ...input, photos })).bytes);
