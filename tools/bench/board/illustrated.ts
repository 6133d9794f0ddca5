/** One illustrated board of eight goals, from nothing. */
import { drawBoard } from "../../../supabase/functions/_board/draw.ts";
import { input } from "./input.ts";
import { tell } from "./measured.ts";

tell((await drawBoard(input)).bytes);
