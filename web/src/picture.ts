/** A finished picture: its link, its file, and how it is shared. */
import { supabase } from "./supabase.ts";
import { type Board, BoardError, signPicture } from "./vision_boards.ts";
import { dayOf } from "./words.ts";

/** "Run a marathon; Learn Spanish", for those who do not see the picture. */
export const altOf = ({ goals, name }: Board): string =>
  `${name ? `${name}’s vision board` : "Vision board"}: ${goals.join("; ")}`;

/** Fresh links, for boards whose own does not work. */
const fresh = new Map<string, string>();

export const linkOf = (board: Board): string | null => fresh.get(board.id) ?? board.image_url;

/** Signs a new link. @throws {BoardError} if there is no picture, or no answer */
export async function renewLink(board: Board): Promise<string> {
  const link = await signPicture(supabase, board.image_storage_path ?? "");
  fresh.set(board.id, link);
  return link;
}

/** The picture as a file. @throws {BoardError} */
async function fileOf(board: Board): Promise<File> {
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

/**
 * Hands the picture to the device's share sheet; without one, copies its link.
 * @returns what there is to say about it, or null
 * @throws {BoardError}
 */
export async function share(board: Board): Promise<string | null> {
  const file = await fileOf(board);
  if (navigator.canShare?.({ files: [file] })) {
    await navigator.share({ files: [file], title: "My vision board" }).catch(
      (error) => {
        if (error.name !== "AbortError") throw error; // closed the sheet: fine
      },
    );
    return null;
  }
  await navigator.clipboard.writeText(linkOf(board)!);
  const until = board.expires_at ? ` It works until ${dayOf(board.expires_at)}` : " It works";
  return `Link copied.${until}, for everybody who has it.`;
}
