/** A board of photographs of 1024 by 1024 pixels, from nothing. Arguments: their directory, goals, size. */
import { drawBoard } from "../../../supabase/functions/_board/draw.ts";
import type { BoardSize } from "../../../supabase/functions/_board/compose.ts";
import { input } from "./input.ts";
import { tell } from "./measured.ts";

const [directory, count = "8", size = "screen"] = Deno.args as [string, string?, BoardSize?];
const files = [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`);
const places = [...Array(Number(count)).keys()];
const goals = places.map((i) => input.goals[i % input.goals.length]!);
const photos = places.map((i) => ({
  bytes: Deno.readFileSync(files[i % files.length]!),
  credit: "Jane Doe / Pexels",
}));
tell((await drawBoard({ ...input, goals, size, photos })).bytes);
