/** The words around the tiles, as the board itself has them. */
export {
  countInWords,
  dayInWords,
  titleFor,
  yearFor,
} from "../../../supabase/functions/_board/preview.ts";
