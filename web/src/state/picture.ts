/** A finished picture: its link, and its file. */
import { supabase } from "../supabase.ts";
import { type Board, BoardError, signPicture } from "../vision_boards.ts";

/** "Run a marathon; Learn Spanish", for those who do not see the picture. */
export const altOf = ({ goals, name }: Board): string =>
  `${name ? `${name}’s vision board` : "Vision board"}: ${goals.join("; ")}`;

/** Fresh links, for boards whose own does not work. */
const fresh = new Map<string, string>();

export const linkOf = (board: Board): string | null => fresh.get(board.id) ?? board.image_url;

/** How long a renewed link works: as the board's own, until the board goes; it may be shared, too. */
function secondsOf({ expires_at }: Board): number {
  const month = 30 * 86_400;
  return expires_at ? Math.max(60, (Date.parse(expires_at) - Date.now()) / 1000 | 0) : month;
}

/** Signs a new link. @throws {BoardError} if there is no picture, or no answer */
export async function renewLink(board: Board): Promise<string> {
  const link = await signPicture(supabase, board.image_storage_path ?? "", secondsOf(board));
  fresh.set(board.id, link);
  return link;
}

/** The picture as a file. @throws {BoardError} */
export async function fileOf(board: Board): Promise<File> {
  const get = (link: string | null) => link ? fetch(link).catch(() => null) : Promise.resolve(null);
  let answer = await get(linkOf(board));
  if (!answer?.ok) answer = await get(await renewLink(board));
  if (!answer?.ok) {
    throw new BoardError("no_picture", "The picture could not be loaded.");
  }
  const date = board.created_at.slice(0, 10);
  return new File([await answer.blob()], `vision-board-${date}.jpg`, {
    type: "image/jpeg",
  });
}

/** Saves the picture as a file. @throws {BoardError} */
export async function download(board: Board): Promise<void> {
  const file = await fileOf(board);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
